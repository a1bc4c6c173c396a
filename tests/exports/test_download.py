import asyncio

from apps.exports.download import Download


def test_pieces_are_sent_as_they_are_made():
    made = []

    def pieces():
        for number in range(3):
            made.append(number)
            yield b"%d" % number

    async def read():
        answer, seen = Download(pieces(), name="n", extension="csv", content_type="text/csv"), []
        async for piece in answer:
            seen.append((piece, len(made)))
        return seen

    assert asyncio.run(read()) == [(b"0", 1), (b"1", 2), (b"2", 3)]

import pytest

from tests.aggregation.ledger import NOON, Ledger, json_request, request


def told(*requests):
    ledger = Ledger()
    ledger.send(*requests)
    return {name: value for name, value in ledger.profile().items() if name in ("hc", "rr", "lac")}


def test_the_last_health_check_is_on_the_profile():
    first = request(hc={"el": 1, "wl": 2, "sc": 500, "em": "boom"}, rr=4)
    assert told(first) == {"hc": {"el": 1, "wl": 2, "sc": 500, "em": "boom"}, "rr": 4, "lac": NOON}
    last = json_request({"timestamp": NOON + 1, "hc": {"el": 0, "em": "", "bom": True, "cbom": 2.5}, "rr": 7})
    assert told(first, last) == {"hc": {"el": 0, "em": "", "cbom": 2.5}, "rr": 7, "lac": NOON + 1}


@pytest.mark.parametrize("check", ["{", "[]", "7", '{"$set": {"a": 1}}', '{"em": {"a": 1}, "el": [1], "sc": 1e999}'])
def test_what_is_no_health_check_is_left_out(check):
    assert told(request(hc=check, rr="many")) == {}


def test_texts_are_cut():
    assert told(request(hc={"em": "x" * 1000}))["hc"] == {"em": "x" * 256}

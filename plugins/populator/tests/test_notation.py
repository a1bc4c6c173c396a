"""What people write in the form becomes a template, and a template becomes the same lines again."""

import pytest
from django.http import QueryDict

from plugins.populator import notation, template_form
from plugins.populator.notation import Unreadable
from plugins.populator.stock import STOCK
from plugins.populator.template import read


def test_properties_and_events():
    assert notation.read_properties(
        "Plan: Free 80% | Gold plan 20%\n  if Country != DE: Free\n\nCity: Rome | Bonn"
    ) == [
        {
            "key": "Plan",
            "values": [{"key": "Free", "probability": 80}, {"key": "Gold plan", "probability": 20}],
            "conditions": [
                {
                    "conditionType": -1,
                    "selectedKey": "Country",
                    "selectedValue": "DE",
                    "values": [{"key": "Free", "probability": 0}],
                }
            ],
        },
        {
            "key": "City",
            "values": [{"key": "Rome", "probability": 0}, {"key": "Bonn", "probability": 0}],
            "conditions": [],
        },
    ]
    assert notation.read_events("Buy it | sum 5-9.5\n  Kind: A 10%\n    if Plan = Gold: B\nLook") == [
        {
            "key": "Buy it",
            "sum": [5, 9.5],
            "segmentations": [
                {
                    "key": "Kind",
                    "values": [{"key": "A", "probability": 10}],
                    "conditions": [
                        {
                            "conditionType": 1,
                            "selectedKey": "Plan",
                            "selectedValue": "Gold",
                            "values": [{"key": "B", "probability": 0}],
                        }
                    ],
                }
            ],
        },
        {"key": "Look", "segmentations": []},
    ]


def test_sequences():
    assert notation.read_sequences("view Home > event Buy it 12.5%") == [
        {
            "steps": [
                {"key": "session", "value": "start", "probability": 100},
                {"key": "views", "value": "Home", "probability": 100},
                {"key": "events", "value": "Buy it", "probability": 12.5},
            ]
        }
    ]


@pytest.mark.parametrize("template_id", STOCK)
def test_templates_of_the_server_are_written_and_read_without_loss(template_id):
    document = STOCK[template_id].document
    values = template_form.written(document)
    form = QueryDict(mutable=True)
    form.update({name: values[name] for name in template_form.TEXTS})
    form.setlist("platforms", [one["name"] for one in values["platforms"] if one["is_set"]])
    again = template_form.read(form)
    assert {name: again[name] for name in again} == {
        name: document[name] for name in document if name not in ("_id", "isDefault")
    }


def test_names_that_the_lines_cannot_hold_are_noticed():
    document = {"uniqueUserCount": 1, "events": [{"key": "a | b"}]}
    with pytest.raises(template_form.Unwritable):
        template_form.written(document)
    assert template_form.written({"uniqueUserCount": 1, "events": [{"key": "a b"}]})["events"] == "a b"


def test_a_form_without_behaviour_takes_all_sequences_alike():
    form = QueryDict(mutable=True)
    form.update({**dict.fromkeys(template_form.TEXTS, ""), "name": "x", "count": "5", "gap_hours": "1-2"})
    form.update({"views": "A\nB", "sequences": "view A\nview B"})
    found = read(template_form.read(form))
    assert (found.behavior.sequences.values, found.behavior.gap_hours) == (("Sequence_1", "Sequence_2"), (1.0, 2.0))


@pytest.mark.parametrize(
    ("read_lines", "text", "message"),
    [
        (notation.read_properties, "Plan", "A name, a colon and its values are needed: Plan"),
        (notation.read_properties, "  if Plan = A: B", "No condition like"),
        (notation.read_properties, "Plan: A 10% | B", "Either all values have a share, or none: A 10% | B"),
        (notation.read_events, "  Kind: A", "What does it belong to"),
        (notation.read_events, "Buy | price 5-6", "Neither sum nor duration"),
        (notation.read_events, "Buy | sum 5", "No range like 10-20: 5"),
        (notation.read_views, "Home | sum 5-6", "Neither sum nor duration"),
        (notation.read_sequences, "Home > Buy", "Neither view nor event: Home"),
        (notation.read_gap_conditions, "Plan = A: 1-2", "No condition like"),
    ],
)
def test_lines_that_say_nothing_are_quoted(read_lines, text, message):
    with pytest.raises(Unreadable, match=message.replace("|", r"\|")):
        read_lines(text)

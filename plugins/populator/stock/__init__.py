"""Templates that every installation has. They are not in the database: they can be used and copied, not changed."""

from plugins.populator.generation.rhythm import EVENINGS, Rhythm
from plugins.populator.stock import ecommerce, entertainment, finance, healthcare, saas, social
from plugins.populator.stock.writing import StockTemplate

STOCK: dict[str, StockTemplate] = {
    one.id: one
    for one in (
        entertainment.TEMPLATE,
        finance.TEMPLATE,
        saas.TEMPLATE,
        healthcare.TEMPLATE,
        ecommerce.TEMPLATE,
        social.TEMPLATE,
    )
}
#: What newcomers are shown.
FIRST = ecommerce.TEMPLATE.id


def rhythm_of(template_id: str) -> Rhythm:
    found = STOCK.get(template_id)
    return found.rhythm if found else EVENINGS

"""What the tests of security (tests/security) ask of this plugin."""

from collections.abc import Callable

from plugins.star_rating import widgets
from tests.security.people import World

ENDPOINTS = """
/i/feedback/input                  open
/i/feedback/logo                   creator star_rating
/i/feedback/upload                 global_admin
/i/feedback/widgets/create         creator star_rating
/i/feedback/widgets/edit           updater star_rating
/i/feedback/widgets/remove         deleter star_rating
/i/feedback/widgets/status         updater star_rating
/o/feedback/data                   reader star_rating
/o/feedback/multiple-widgets-by-id open
/o/feedback/widget                 open
/o/feedback/widgets                reader star_rating
/o/sdk?method=feedback             open
/o?method=star                     reader star_rating
"""

PAGES = """
/applications/<str:application_id>/feedback/ratings reader star_rating
/applications/<str:application_id>/feedback/ratings/comments reader star_rating
/applications/<str:application_id>/feedback/ratings/widgets reader star_rating
/applications/<str:application_id>/feedback/ratings/widgets/<str:widget_id> reader star_rating
/applications/<str:application_id>/feedback/ratings/widgets/<str:widget_id>/edit updater star_rating
/applications/<str:application_id>/feedback/ratings/widgets/new creator star_rating
/feedback open
/feedback/preview/<str:name> open
/feedback/rating open
/star-rating/images/<str:name> open
/star-rating/stylesheets/countly-feedback-web.css open
"""

SEEN = ("widget",)


def things(world: World, text: Callable[[str], str], is_shared: bool) -> dict[str, str]:
    texts = dict.fromkeys(("popup_header_text", "internalName", "popup_thanks_message", "finalText"), text("widget"))
    links = [{"text": text("widget"), "link": "javascript:stain()"}]
    fields = {**texts, "links": links, "consent": True, "status": is_shared, "is_active": "true"}
    return {"widget_id": str(widgets.create(world.shop.id, fields)["_id"])}

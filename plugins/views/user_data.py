"""What is kept of single users: their last visit to each view. Exported, deleted and merged with them."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from pymongo.client_session import ClientSession

from apps.aggregation.merges import Merge
from apps.aggregation.user_data import UserData, of_collection
from apps.core import mongo
from plugins.views import documents
from plugins.views.aggregation import read_visits


def merge_visits(merge: Merge, session: ClientSession) -> None:
    """The later visit to each view stays. While the plugin is on, the batch has done so already; of equal ones that of
    the surviving user stays, which the batch wrote."""
    users = mongo.collection(documents.users_collection(merge.application_id))
    old = users.find_one({"_id": merge.from_uid}, session=session)
    if old is None:
        return
    kept = read_visits(users.find_one({"_id": merge.into_uid}, session=session) or {})
    moved = {
        view: old[view] for view, visit in read_visits(old).items() if view not in kept or kept[view].at_s < visit.at_s
    }
    if moved:
        users.update_one({"_id": merge.into_uid}, {"$set": moved}, upsert=True, session=session)
    users.delete_one({"_id": merge.from_uid}, session=session)


USERS: UserData = replace(
    of_collection(_("visits to views"), documents.USERS_PREFIX, field="_id", feature="views"),
    merge=merge_visits,
)

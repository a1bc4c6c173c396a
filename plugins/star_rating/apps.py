from django.utils.translation import gettext_lazy as _

from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers

#: What the audit log calls what is done here.
AUDITED = {
    "feedback_widget_created": _("Rating widget created"),
    "feedback_widget_edited": _("Rating widget changed"),
    "feedback_widget_removed": _("Rating widget deleted"),
    "feedback_widget_removed_with_data": _("Rating widget deleted with its ratings"),
    "feedback_widget_status_changed": _("Rating widget switched"),
}


class StarRatingConfig(PluginConfig):
    name = "plugins.star_rating"
    plugin = "star-rating"
    title = _("Ratings")
    version = "1.0.0"
    description = _("Asks users for a rating and a comment, and shows what they said.")
    feature = "star_rating"

    def offer(self, plugin: Offers) -> None:
        from apps.aggregation.extensions import ENRICHMENTS, PARTS, Enrichment
        from apps.aggregation.user_data import USER_DATA, of_collection
        from apps.analytics.methods import METHODS, ReadMethod
        from apps.applications.data import APPLICATION_DATA, ApplicationData
        from apps.plugin_api.audit import ACTIONS
        from apps.plugin_api.configuration import Described
        from apps.plugin_api.happenings import HAPPENINGS, Happening
        from apps.plugin_api.menu import MENU, MenuEntry
        from apps.plugin_api.pages import PAGES, Pages
        from apps.plugin_api.profile_tabs import PROFILE_TABS
        from apps.plugin_api.sdk_methods import SDK_METHODS, SdkMethod
        from apps.plugin_api.widgets import (
            DASHBOARD_WIDGETS,
            HOME_WIDGETS,
            REPORT_SECTIONS,
            HomeWidget,
            ReportSection,
        )
        from plugins.star_rating import (
            aggregation,
            documents,
            enrichment,
            feedback,
            figures,
            happenings,
            on_dashboards,
            profile_tab,
            reading,
            sdk,
            urls,
            widgets,
        )

        for action, title in AUDITED.items():
            plugin.add(ACTIONS, action, title)
        documents.register_collections()
        plugin.settings(
            "feedback",
            {"main_color": "#0166D6", "font_color": "#FFFFFF", "feedback_logo": ""},
            title=_("Feedback"),
            described={
                "main_color": Described(_("Main color"), _("Of buttons, as #RRGGBB.")),
                "font_color": Described(_("Font color"), _("Of what is written on it.")),
                "feedback_logo": Described(_("Logo"), _("The name of a picture that was uploaded.")),
            },
        )
        plugin.add(ENRICHMENTS, "star-rating", Enrichment(enrichment.complete_ratings, enrichment.PARAMETERS))
        plugin.add(PARTS, "star-rating", aggregation.Ratings())
        plugin.add(SDK_METHODS, "feedback", SdkMethod(sdk.show, is_escaped=False))
        rated = Happening(_("Rating"), happenings.words_of, feature="star_rating")
        plugin.add(HAPPENINGS, "[CLY]_star_rating", rated)
        plugin.add(METHODS, "star", ReadMethod(reading.star, feature="star_rating"))
        _add_endpoints(plugin)
        title = _("ratings and their comments")
        ratings = ApplicationData(title, feedback.remove_of_application, feedback.remove_older)
        plugin.add(APPLICATION_DATA, "ratings", ratings)
        title = _("rating widgets")
        of_widgets = ApplicationData(title, clear=widgets.forget_counts, reset=widgets.remove_of_application)
        plugin.add(APPLICATION_DATA, "rating widgets", of_widgets)
        of_users = of_collection(_("ratings"), documents.FEEDBACK, told=happenings.told, feature="star_rating")
        plugin.add(USER_DATA, "star-rating", of_users)
        plugin.add(PAGES, "star-rating", Pages(urls.urlpatterns))
        call = ("/o", {"method": "events", "event": documents.EVENT, "segmentation": documents.COMBINED})
        home = HomeWidget(
            _("Ratings"), "star_rating/home.html", figures.summary_of, "star_rating", position=110, width=1, call=call
        )
        plugin.add(HOME_WIDGETS, "star-rating", home)
        plugin.add(PROFILE_TABS, "feedback", profile_tab.TAB)
        plugin.add(DASHBOARD_WIDGETS, "star-rating", on_dashboards.WIDGET)
        section = ReportSection(_("Ratings"), "star_rating/mail.html", figures.summary_of, "star_rating", position=60)
        plugin.add(REPORT_SECTIONS, "star-rating", section)
        entry = MenuEntry(
            _("Ratings"),
            "star_rating",
            "reach",
            "feedback",
            30,
            feature="star_rating",
            tab_title=_("Overview"),
            original="#/feedback/ratings",
        )
        plugin.add(MENU, "star_rating", entry)
        for name, tab, position in (("comments", _("Comments"), 31), ("widgets", _("Widgets"), 32)):
            tab_entry = MenuEntry(
                tab, f"star_rating_{name}", "reach", "feedback", position, "star_rating", feature="star_rating"
            )
            plugin.add(MENU, f"star_rating_{name}", tab_entry)


def _add_endpoints(plugin: Offers) -> None:
    from apps.accounts import callers
    from apps.accounts.actions import ENDPOINTS, Action, OpenAction
    from plugins.star_rating import endpoints, reading, sdk, uploads

    creator, updater = callers.creator("star_rating"), callers.updater("star_rating")
    deleter, reader = callers.deleter("star_rating"), callers.reader("star_rating")
    actions: dict[str, Action | OpenAction] = {
        "/i/feedback/widgets/create": Action(creator, endpoints.create),
        "/i/feedback/widgets/edit": Action(updater, endpoints.edit),
        "/i/feedback/widgets/remove": Action(deleter, endpoints.remove),
        "/i/feedback/widgets/status": Action(updater, endpoints.switch),
        "/i/feedback/logo": Action(creator, uploads.store_logo),
        "/i/feedback/upload": Action(callers.global_admin, uploads.store_picture),
        "/i/feedback/input": OpenAction(sdk.take_rating),
        "/o/feedback/data": Action(reader, reading.ratings),
        "/o/feedback/widgets": Action(reader, reading.list_widgets),
        "/o/feedback/widget": OpenAction(reading.widget),
        "/o/feedback/multiple-widgets-by-id": OpenAction(reading.several_widgets),
    }
    for address, action in actions.items():
        plugin.add(ENDPOINTS, address, action)

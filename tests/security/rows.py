"""Who may call each endpoint, written down once more by hand: what is served must agree, and so must its answers.

A row is an address, the rule, and for rights the features of which one is enough. `open` endpoints answer everybody.
OWN_RULES says of rules of single rooms which of these they come to for the parameters that the matrix sends.
"""

from dataclasses import dataclass

TABLE = """
/api/docs                           open
/api/redoc                          open
/api/schema                         open
/i                                  open
/i/app_users/create                 writer
/i/app_users/delete                 writer
/i/app_users/deleteExport           writer
/i/app_users/export                 writer
/i/app_users/import                 writer
/i/app_users/update                 writer
/i/apps/create                      global_admin
/i/apps/delete                      global_admin
/i/apps/reset                       global_admin
/i/apps/update                      application_or_global_admin
/i/apps/update/plugins              application_admin
/i/bulk                             open
/i/configs                          global_admin
/i/crashes/add_comment              creator_by_arguments
/i/crashes/delete                   deleter_by_arguments
/i/crashes/delete_comment           deleter_by_arguments
/i/crashes/edit_comment             updater_by_arguments
/i/crashes/hide                     updater_by_arguments
/i/crashes/modify_share             updater_by_arguments
/i/crashes/resolve                  updater_by_arguments
/i/crashes/resolving                updater_by_arguments
/i/crashes/share                    updater_by_arguments
/i/crashes/show                     updater_by_arguments
/i/crashes/unresolve                updater_by_arguments
/i/crashes/unshare                  updater_by_arguments
/i/crashes/view                     updater_by_arguments
/i/dashboards/add-widget            any_member
/i/dashboards/create                any_member
/i/dashboards/delete                any_member
/i/dashboards/remove-widget         any_member
/i/dashboards/update                any_member
/i/dashboards/update-widget         any_member
/i/date_presets/create              writer
/i/date_presets/delete              writer
/i/date_presets/update              writer
/i/errorlogs                        global_admin
/i/event_groups/create              creator core
/i/event_groups/delete              deleter core
/i/event_groups/update              updater core
/i/events/change_visibility         updater events
/i/events/delete_events             deleter events
/i/events/edit_map                  updater events
/i/events/whitelist_segments        updater events
/i/feedback/input                   open
/i/feedback/logo                    creator star_rating
/i/feedback/upload                  global_admin
/i/feedback/widgets/create          creator star_rating
/i/feedback/widgets/edit            updater star_rating
/i/feedback/widgets/remove          deleter star_rating
/i/feedback/widgets/status          updater star_rating
/i/notes/delete                     deleter core
/i/notes/save                       creator core
/i/plugins                          global_admin
/i/push/message/create              creator push
/i/push/message/pop                 deleter push
/i/push/message/push                updater push
/i/push/message/remove              deleter push
/i/push/message/test                creator push
/i/push/message/toggle              updater push
/i/push/message/update              updater push
/i/reports/create                   creator reports
/i/reports/delete                   deleter reports
/i/reports/pdf                      reader reports
/i/reports/preview                  reader reports
/i/reports/send                     reader reports
/i/reports/status                   updater reports
/i/reports/update                   updater reports
/i/sdk                              open
/i/systemlogs                       global_admin
/i/tasks/delete                     writer
/i/tasks/edit                       writer
/i/tasks/name                       writer
/i/tasks/update                     writer
/i/token/create                     any_member_without_limits
/i/token/delete                     any_member_without_limits
/i/two-factor-auth                  who_may
/i/userconfigs                      global_admin
/i/users/ack                        writer
/i/users/create                     global_admin
/i/users/delete                     global_admin
/i/users/deleteOwnAccount           global_admin
/i/users/update                     global_admin
/i/users/updateHomeSettings         global_admin
/i/views                            may_change_views
/o/actions                          may_read_actions
/o/analytics/countries              reader core
/o/analytics/dashboard              reader core
/o/analytics/durations              reader core
/o/analytics/events                 reader core
/o/analytics/frequency              reader core
/o/analytics/loyalty                reader core
/o/analytics/metric                 reader core
/o/analytics/sessions               reader core
/o/analytics/tops                   reader core
/o/app_users/download               reader core
/o/app_users/loyalty                reader core
/o/apps/all                         global_admin
/o/apps/details                     application_admin
/o/apps/mine                        any_member
/o/apps/plugins                     global_admin
/o/compare/apps                     may_compare
/o/compare/events                   reader compare
/o/configs                          application_admin
/o/countly_version                  any_member
/o/crashes/download_binary          reader crashes
/o/crashes/download_stacktrace      reader crashes
/o/dashboard/data                   any_member
/o/dashboards                       any_member
/o/dashboards/all                   any_member
/o/dashboards/widget                any_member
/o/dashboards/widget-layout         any_member
/o/date_presets/getAll              any_member
/o/date_presets/getById             any_member
/o/db                               any_member
/o/errorlogs                        global_admin
/o/export/data                      any_member
/o/export/db                        any_member
/o/export/download                  reader core
/o/export/request                   any_member
/o/export/requestQuery              any_member
/o/feedback/data                    reader star_rating
/o/feedback/multiple-widgets-by-id  open
/o/feedback/widget                  open
/o/feedback/widgets                 reader star_rating
/o/internal-events                  reader core
/o/keywords                         reader sources
/o/langmap                          open
/o/notes                            reader core
/o/ping                             open
/o/plugins                          global_admin
/o/plugins-check                    global_admin
/o/push/dashboard                   reader push
/o/push/message                     reader push
/o/push/message/all                 reader push
/o/push/message/estimate            reader push
/o/push/mime                        reader push
/o/push/user                        reader push
/o/reports/all                      reader reports
/o/sdk                              open
/o/sdk?method=feedback              open
/o/server-stats/data-points         any_member
/o/server-stats/punch-card          any_member
/o/server-stats/top                 any_member
/o/slipping                         reader slipping_away_users
/o/sources                          open
/o/system/plugins                   global_admin
/o/system/version                   any_member
/o/tasks/all                        reader core
/o/tasks/check                      reader core
/o/tasks/count                      reader core
/o/tasks/list                       reader core
/o/tasks/task                       reader core
/o/token/check                      any_member
/o/token/list                       any_member_without_limits
/o/userconfigs                      any_member
/o/users/all                        global_admin
/o/users/id                         global_admin
/o/users/me                         any_member
/o/users/permissions                reader core
/o/users/reset_timeban              global_admin
/o?method=all_apps                  global_admin
/o?method=app_versions              reader core
/o?method=browser                   reader browser
/o?method=carriers                  reader core
/o?method=cities                    reader core
/o?method=collection_info           reader logger
/o?method=countries                 reader core
/o?method=crashes                   reader crashes
/o?method=density                   reader density
/o?method=device_details            reader core
/o?method=devices                   reader core
/o?method=events                    reader core
/o?method=geodata                   reader core
/o?method=get_event_group           reader core
/o?method=get_event_groups          reader core
/o?method=get_events                reader core
/o?method=get_period_obj            reader core
/o?method=get_view_segments         reader views
/o?method=jobs                      global_admin
/o?method=langs                     reader locale
/o?method=locations                 reader core
/o?method=logs                      reader logger
/o?method=notes                     reader core
/o?method=reports                   reader crashes
/o?method=sessions                  reader core
/o?method=sources                   reader sources
/o?method=star                      reader star_rating
/o?method=suspend_job               global_admin
/o?method=systemlogs                global_admin
/o?method=systemlogs_meta           global_admin
/o?method=times-of-day              reader times_of_day
/o?method=top_events                reader core
/o?method=total_users               reader core
/o?method=user_crashes              reader crashes
/o?method=user_details              reader core
/o?method=users                     reader core
/o?method=views                     reader views
"""
#: Rules of single rooms: (name of the function, what it comes to).
OWN_RULES = {
    "creator_by_arguments": "creator crashes",  # of `app_id`, or of that in `args`
    "updater_by_arguments": "updater crashes",
    "deleter_by_arguments": "deleter crashes",
    "may_change_views": "updater views",  # without a method
    "may_read_actions": "reader views",  # of `app_id`, or of that of `app_key`
    "may_compare": "reader compare",  # of the first of `apps`
    "who_may": "any_member",  # without a method
}


@dataclass(frozen=True, slots=True)
class Row:
    path: str
    rule: str
    features: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        return {"reader": "r", "creator": "c", "updater": "u", "deleter": "d"}.get(self.rule, "")


def rows() -> dict[str, Row]:
    found = {}
    for line in TABLE.split("\n"):
        if line.strip():
            path, rule, *features = line.split()
            found[path] = Row(path, rule, tuple(",".join(features).split(",")) if features else ())
    return found


def effective(row: Row) -> Row:
    """With a rule of a single room replaced by what it comes to."""
    rule, *features = OWN_RULES.get(row.rule, "").split() or [row.rule, *row.features]
    return Row(row.path, rule, tuple(features))

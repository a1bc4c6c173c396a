"""Who may call each endpoint, written down once more by hand: what is served must agree, and so must its answers.

A row is an address, the rule, and for rights the features of which one is enough. `open` endpoints answer everybody.
Plugins have theirs in `tests/security.py` of their package, and OWN_RULES: to which of these a rule of their own comes
for the parameters that the matrix sends.
"""

from dataclasses import dataclass

from tests.security import offered

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
/i/cms/clear                        global_admin
/i/cms/save_entries                 global_admin
/i/configs                          global_admin
/i/date_presets/create              writer
/i/date_presets/delete              writer
/i/date_presets/update              writer
/i/event_groups/create              creator core
/i/event_groups/delete              deleter core
/i/event_groups/update              updater core
/i/events/change_visibility         updater events
/i/events/delete_events             deleter events
/i/events/edit_map                  updater events
/i/events/whitelist_segments        updater events
/i/notes/delete                     deleter core
/i/notes/save                       creator core
/i/plugins                          global_admin
/i/sdk                              open
/i/tasks/delete                     writer
/i/tasks/edit                       writer
/i/tasks/name                       writer
/i/tasks/update                     writer
/i/token/create                     any_member_without_limits
/i/token/delete                     any_member_without_limits
/i/userconfigs                      global_admin
/i/users/ack                        writer
/i/users/create                     global_admin
/i/users/delete                     global_admin
/i/users/deleteOwnAccount           global_admin
/i/users/update                     global_admin
/i/users/updateHomeSettings         global_admin
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
/o/cms/entries                      any_member
/o/configs                          application_admin
/o/countly_version                  any_member
/o/date_presets/getAll              any_member
/o/date_presets/getById             any_member
/o/email_test                       global_admin
/o/export/data                      any_member
/o/export/db                        any_member
/o/export/download                  reader core
/o/export/request                   any_member
/o/export/requestQuery              any_member
/o/internal-events                  reader core
/o/notes                            reader core
/o/ping                             open
/o/plugins                          global_admin
/o/plugins-check                    global_admin
/o/sdk                              open
/o/system/pipeline                  global_admin
/o/system/plugins                   global_admin
/o/system/version                   any_member
/o/tasks/all                        reader core
/o/tasks/check                      reader core
/o/tasks/count                      reader core
/o/tasks/list                       reader core
/o/tasks/task                       reader core
/o/themes                           any_member
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
/o?method=carriers                  reader core
/o?method=cities                    reader core
/o?method=countries                 reader core
/o?method=device_details            reader core
/o?method=devices                   reader core
/o?method=events                    reader core
/o?method=geodata                   reader core
/o?method=get_event_group           reader core
/o?method=get_event_groups          reader core
/o?method=get_events                reader core
/o?method=get_period_obj            reader core
/o?method=jobs                      global_admin
/o?method=locations                 reader core
/o?method=notes                     reader core
/o?method=sessions                  reader core
/o?method=suspend_job               global_admin
/o?method=top_events                reader core
/o?method=total_users               reader core
/o?method=user_details              reader core
/o?method=users                     reader core
"""


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
    for line in offered.tables("ENDPOINTS", TABLE).split("\n"):
        if line.strip():
            path, rule, *features = line.split()
            found[path] = Row(path, rule, tuple(",".join(features).split(",")) if features else ())
    return found


def effective(row: Row) -> Row:
    """With a rule of a single room replaced by what it comes to."""
    rule, *features = offered.rules().get(row.rule, "").split() or [row.rule, *row.features]
    return Row(row.path, rule, tuple(features))

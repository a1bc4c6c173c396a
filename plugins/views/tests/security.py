"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/i/views                    may_change_views
/o/actions                  may_read_actions
/o?method=get_view_segments reader views
/o?method=views             reader views
"""

PAGES = """
/applications/<str:application_id>/sessions/views-per-session reader views
/applications/<str:application_id>/views reader views
/applications/<str:application_id>/views/heat-map reader views
/applications/<str:application_id>/views/manage reader views
/views/heatmap.js open
"""

OWN_RULES = {
    "may_change_views": "updater views",  # without a method
    "may_read_actions": "reader views",  # of `app_id`, or of that of `app_key`
}

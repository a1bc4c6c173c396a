from django.urls import path

from plugins.crashes.screens import files, group, lists, public, statistics

OF_APPLICATION = "applications/<str:application_id>/crashes"

urlpatterns = [
    lists.CRASHES.urls(),
    statistics.STATISTICS.urls(),
    group.CRASH.urls(),
    path(
        "applications/<str:application_id>/crashes/reports/<str:crash_report>/<str:kind>",
        files.download,
        name="crash_file",
    ),
    path("crashes/<str:code>", public.show, name="shared_crash"),
]

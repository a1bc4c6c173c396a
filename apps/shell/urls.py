from django.urls import path

from apps.shell.column_choice import choose_columns
from apps.shell.palette import palette

urlpatterns = [
    path("palette", palette, name="palette"),
    path("user/settings/table-columns", choose_columns, name="table_columns"),
]

from django.urls import path

from plugins.dbviewer import files, screens

urlpatterns = [
    screens.DATABASES.urls(),
    screens.COLLECTION.urls(),
    path("database/<str:database>/<str:collection>/file", files.save, name="dbviewer_file"),
]

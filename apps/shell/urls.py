from django.urls import path

from apps.shell.palette import palette

urlpatterns = [path("palette", palette, name="palette")]

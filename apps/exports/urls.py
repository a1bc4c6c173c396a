from django.urls import re_path

from apps.accounts.actions import ActionsView
from apps.exports import endpoints

urlpatterns = [re_path(r"^o/export(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=endpoints.READS))]

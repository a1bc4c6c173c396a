from django.urls import path

from plugins.star_rating import popup, screens

urlpatterns = [
    path("feedback", popup.show, name="star_rating_popup"),
    path("feedback/rating", popup.show),
    path("feedback/preview/<str:name>", popup.preview),
    path("star-rating/images/<str:name>", popup.logo),
    path("star-rating/stylesheets/countly-feedback-web.css", popup.stylesheet),
    *(screen.urls() for screen in screens.ALL),
]

"""Executive addresses."""

from django.urls import path

from steelyard.web.executive import views

app_name = "executive"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.screen, name="screen"),
    path("<str:scenario>/chance/", views.chance, name="chance"),
    path("<str:scenario>/what-if/", views.what_if, name="what_if"),
    path("<str:scenario>/what-if/keep/", views.keep, name="keep"),
]

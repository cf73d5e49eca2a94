"""Segmentation addresses."""

from django.urls import path

from steelyard.web.segmentation import views

app_name = "segmentation"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.segments, name="segments"),
    path("<str:scenario>/history/", views.history, name="history"),
    path("<str:scenario>/policy/", views.policy_set, name="policy"),
    path("<str:scenario>/correction/", views.correction_set, name="correction"),
    path("<str:scenario>/export.xlsx", views.export, name="export"),
]

"""Sourcing addresses."""

from django.urls import path

from steelyard.web.sourcing import views

app_name = "sourcing"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.sourcing_page, name="sourcing"),
    path("<str:scenario>/pegging/", views.pegging_page, name="pegging"),
    path("<str:scenario>/sourcing.xlsx", views.export, name="export"),
]

"""Worksheet addresses."""

from django.urls import path

from steelyard.web.worksheet import views

app_name = "worksheet"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.worksheet, name="worksheet"),
    path("<str:scenario>/filter/", views.filter_add, name="filter"),
    path("<str:scenario>/members/", views.member_options, name="members"),
    path("<str:scenario>/views/", views.view_save, name="save"),
    path("<str:scenario>/views/<int:view_id>/delete/", views.view_delete, name="delete"),
]

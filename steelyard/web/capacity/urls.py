"""Capacity addresses."""

from django.urls import path

from steelyard.web.capacity import family_views, option_views, views

app_name = "capacity"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.capacity_page, name="capacity"),
    path("<str:scenario>/work/", views.work_part, name="work"),
    path("<str:scenario>/bottlenecks/", views.bottlenecks_part, name="bottlenecks"),
    path("<str:scenario>/families/", family_views.families_part, name="families"),
    path("<str:scenario>/options/", option_views.options_page, name="options"),
    path("<str:scenario>/options/ranking/", option_views.ranking_part, name="ranking"),
    path("<str:scenario>/options/lay/", option_views.option_lay, name="option_lay"),
    path("<str:scenario>/capacity.xlsx", views.export, name="export"),
]

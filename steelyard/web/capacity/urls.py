"""Capacity addresses."""

from django.urls import path

from steelyard.web.capacity import views

app_name = "capacity"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.capacity_page, name="capacity"),
    path("<str:scenario>/work/", views.work_part, name="work"),
    path("<str:scenario>/bottlenecks/", views.bottlenecks_part, name="bottlenecks"),
    path("<str:scenario>/capacity.xlsx", views.export, name="export"),
]

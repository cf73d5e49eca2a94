"""Demand review addresses."""

from django.urls import path

from steelyard.web.demand_review import views

app_name = "demand_review"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.demand_review, name="review"),
    path("<str:scenario>/standing/", views.standing, name="standing"),
    path("<str:scenario>/exceptions/", views.exceptions, name="exceptions"),
    path("<str:scenario>/slice/", views.slice_choose, name="slice"),
    path("<str:scenario>/sign/", views.sign, name="sign"),
    path("<str:scenario>/export.xlsx", views.export, name="export"),
]

"""Accuracy addresses."""

from django.urls import path

from steelyard.web.accuracy import views

app_name = "accuracy"
urlpatterns = [
    path("", views.accuracy_page, name="accuracy"),
    path("people/", views.people_part, name="people"),
    path("weigh/", views.weigh, name="weigh"),
    path("accuracy.xlsx", views.export, name="export"),
]

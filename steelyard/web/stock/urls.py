"""Stock addresses."""

from django.urls import path

from steelyard.web.stock import views

app_name = "stock"
urlpatterns = [
    path("", views.start, name="start"),
    path("<str:scenario>/", views.review, name="review"),
    path("<str:scenario>/place/", views.place, name="place"),
    path("<str:scenario>/adopt/", views.adopt, name="adopt"),
    path("<str:scenario>/network/", views.network, name="network"),
    path("<str:scenario>/export.xlsx", views.export, name="export"),
    path("<str:scenario>/budget.xlsx", views.export_budget, name="export_budget"),
]

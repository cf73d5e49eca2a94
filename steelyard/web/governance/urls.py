"""Governance addresses."""

from django.urls import path

from steelyard.web.governance import views

app_name = "governance"
urlpatterns = [
    path("", views.duties, name="duties"),
    path("duty/", views.duty, name="duty"),
    path("forums/", views.forums, name="forums"),
    path("rules/", views.rules, name="rules"),
    path("adopt/", views.adopt, name="adopt"),
    path("hold/", views.hold, name="hold"),
    path("absent/", views.absent, name="absent"),
    path("absent/<int:number>/back/", views.back, name="back"),
    path("<slug:part>/new/", views.entry, name="new"),
    path("<slug:part>/remove/", views.remove, name="remove"),
    path("<slug:part>/edit/<path:name>/", views.entry, name="edit"),
]

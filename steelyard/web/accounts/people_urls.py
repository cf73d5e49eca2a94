"""Addresses of the people pages."""

from django.urls import path

from steelyard.web.accounts import people_views as views

app_name = "people"
urlpatterns = [
    path("", views.people, name="people"),
    path("new/", views.person_new, name="new"),
    path("money/", views.money_set, name="money"),
    path("of/<str:username>/", views.person_page, name="person"),
    path("of/<str:username>/parts/", views.part_give, name="part_give"),
    path("of/<str:username>/parts/<int:number>/take/", views.part_take, name="part_take"),
    path("of/<str:username>/password/", views.password_reset, name="password_reset"),
]

"""Comment addresses."""

from django.urls import path

from steelyard.web.comments import views

app_name = "comments"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("part/", views.part, name="part"),
    path("say/", views.say, name="say"),
    path("thread/<int:number>/", views.thread, name="thread"),
    path("thread/<int:number>/resolve/", views.resolve, name="resolve"),
    path("<int:number>/edit/", views.edit, name="edit"),
    path("<int:number>/withdraw/", views.withdraw, name="withdraw"),
]

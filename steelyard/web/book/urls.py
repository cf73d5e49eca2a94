"""Book addresses."""

from django.urls import path

from steelyard.web.book import views

app_name = "book"
urlpatterns = [
    path("", views.books, name="books"),
    path("latest/", views.latest, name="latest"),
    path("make/", views.make, name="make"),
    path("<int:number>/", views.book, name="book"),
    path("<int:number>/executive-sop.<slug:kind>", views.file, name="file"),
]

"""Job addresses."""

from django.urls import path

from steelyard.web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="jobs"),
    path("<int:job_id>/", views.job_page, name="job"),
    path("<int:job_id>/part/", views.job_part, name="part"),
    path("<int:job_id>/stop/", views.job_stop, name="stop"),
]

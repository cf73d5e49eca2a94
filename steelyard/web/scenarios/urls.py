"""Scenario addresses."""

from django.urls import path

from steelyard.web.scenarios import merge_views, published_views, views

app_name = "scenarios"
urlpatterns = [
    path("scenarios/", views.scenario_list, name="scenarios"),
    path("scenarios/new/", views.scenario_new, name="new"),
    path("scenarios/compare/", views.compare, name="compare"),
    path("scenarios/compare/chain/", views.compare_chain, name="chain"),
    path("scenarios/merge/", merge_views.merge, name="merge"),
    path("scenario/<str:scenario>/promote/", merge_views.scenario_promote, name="promote"),
    path("scenario/<str:scenario>/rebase/", merge_views.scenario_rebase, name="rebase"),
    path("scenario/<str:scenario>/", views.scenario_page, name="scenario"),
    path("scenario/<str:scenario>/branch/", views.scenario_branch, name="branch"),
    path("scenario/<str:scenario>/archive/", views.scenario_archive, name="archive"),
    path("scenario/<str:scenario>/publish/", published_views.publish, name="publish"),
    path("scenario/<str:scenario>/change/<str:change>/", views.change_switch, name="switch"),
    path("published/", published_views.published_list, name="published"),
    path("published/<slug:plan_id>/", published_views.published_page, name="published_plan"),
    path("published/<slug:plan_id>/replay/", published_views.replay, name="replay"),
    path("published/<slug:plan_id>/branch/", published_views.published_branch, name="published_branch"),
    path("published/<slug:plan_id>/<slug:view>.<slug:kind>", published_views.export, name="export"),
]

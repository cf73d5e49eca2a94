"""Scenario addresses."""

from django.urls import path

from steelyard.web.scenarios import (
    change_set_views,
    compare_views,
    merge_views,
    published_views,
    sharing_views,
    stale_views,
    views,
    what_if_views,
)

app_name = "scenarios"
urlpatterns = [
    path("scenarios/", views.scenario_list, name="scenarios"),
    path("scenarios/new/", views.scenario_new, name="new"),
    path("scenarios/compare/", compare_views.compare, name="compare"),
    path("scenarios/watch/", stale_views.watch, name="watch"),
    path("scenarios/compare/export/", compare_views.compare_export, name="compare_export"),
    path("scenarios/compare/side-by-side/", compare_views.compare_sides, name="side_by_side"),
    path("scenarios/compare/chain/", compare_views.compare_chain, name="chain"),
    path("scenarios/merge/", merge_views.merge, name="merge"),
    path("scenarios/change-sets/", change_set_views.set_list, name="change_sets"),
    path("scenarios/change-sets/<str:name>/", change_set_views.set_page, name="change_set"),
    path("scenarios/change-sets/<str:name>/withdraw/", change_set_views.set_withdraw, name="change_set_withdraw"),
    path("scenario/<str:scenario>/record/", change_set_views.set_record, name="record_set"),
    path("scenario/<str:scenario>/what-if/", what_if_views.what_if, name="what_if"),
    path("scenario/<str:scenario>/settings/", what_if_views.model_settings, name="model_settings"),
    path("scenario/<str:scenario>/settings/lay/", what_if_views.model_settings_lay, name="model_settings_lay"),
    path("scenario/<str:scenario>/sharing/", sharing_views.sharing_page, name="sharing"),
    path("scenario/<str:scenario>/lock/", sharing_views.scenario_lock, name="lock"),
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

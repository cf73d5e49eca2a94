"""Addresses."""

from django.urls import include, path

from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import for_all_eyes
from steelyard.web.audit.views import export as trail_export
from steelyard.web.audit.views import trail
from steelyard.web.cycles.home_views import home_page
from steelyard.web.project import views
from steelyard.web.project.api import api
from steelyard.web.scorecard.views import plan_on_a_page

urlpatterns = [
    path("", home_page, name="home"),
    path("cycle/", include("steelyard.web.cycles.urls")),
    path("plan/", plan_on_a_page, name="plan_start"),
    path("plan/<str:scenario>/", plan_on_a_page, name="plan"),
    path("segmentation/", include("steelyard.web.segmentation.urls")),
    path("worksheet/", include("steelyard.web.worksheet.urls")),
    path("supply-review/", include("steelyard.web.supply_review.urls")),
    path("demand-review/", include("steelyard.web.demand_review.urls")),
    path("", include("steelyard.web.scenarios.urls")),
    path("accuracy/", include("steelyard.web.accuracy.urls")),
    path("intelligence/", include("steelyard.web.intelligence.urls")),
    path("portfolio/", include("steelyard.web.portfolio.urls")),
    path("stock/", include("steelyard.web.stock.urls")),
    path("capacity/", include("steelyard.web.capacity.urls")),
    path("balance/", include("steelyard.web.balance.urls")),
    path("sourcing/", include("steelyard.web.sourcing.urls")),
    path("risk/", include("steelyard.web.risk.urls")),
    path("finance/", include("steelyard.web.finance_review.urls")),
    path("executive/", include("steelyard.web.executive.urls")),
    path("book/", include("steelyard.web.book.urls")),
    path("kpis/", include("steelyard.web.scorecard.urls")),
    path("governance/", include("steelyard.web.governance.urls")),
    path("comments/", include("steelyard.web.comments.urls")),
    path("decisions/", include("steelyard.web.decisions.urls")),
    path("data/", include("steelyard.web.masterdata.urls")),
    path("jobs/", include("steelyard.web.jobs.urls")),
    path("notices/", include("steelyard.web.notices.urls")),
    path("account/", include("steelyard.web.accounts.urls")),
    path("trail/", for_all_eyes(Ability.READ_TRAIL)(trail), name="trail"),
    path("trail/export.<slug:kind>", for_all_eyes(Ability.READ_TRAIL)(trail_export), name="trail_export"),
    path("people/", include("steelyard.web.accounts.people_urls")),
    path("alive/", views.alive, name="alive"),
    path("api/", api.urls),
]
handler400, handler403 = "steelyard.web.project.views.bad_request", "steelyard.web.project.views.forbidden"
handler404, handler500 = "steelyard.web.project.views.not_found", "steelyard.web.project.views.broken"

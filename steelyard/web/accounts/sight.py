"""Sight of a person: the one door through which web code learns what the person of this request may see.

A request has a viewer (set by `accounts.middleware.Viewing`, and by the API's guard for tokens). Plans and extracts are
handed out as the viewer sees them, so that a selector cannot forget it. Outside requests (jobs, commands) the system
itself looks on, and sees everything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, wraps

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from steelyard.errors import NotAllowed
from steelyard.grid.measure import Grain
from steelyard.grid.series import Scope
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.sight import EVERYTHING, Part, Sight, narrowed_scope, part_of, sees_scope
from steelyard.plan.sight.sight import Side
from steelyard.web.accounts.models import MoneyOfRole, SeenSlice, User
from steelyard.web.accounts.permissions import View, requires
from steelyard.web.accounts.roles import Ability, Money, Role
from steelyard.web.answers.once import looking_anew

__all__ = [
    "called",
    "for_all_eyes",
    "free_words",
    "money_of",
    "require_inside",
    "require_measure",
    "require_money",
    "require_scope",
    "require_whole",
    "sees_everything",
    "sees_money",
    "sees_scope",
    "sight",
    "sight_of",
    "viewed_by",
    "viewed_by_the_system",
    "viewing",
]


class Viewer:
    """Who looks on; asked for once, when the first thing is looked at.

    Args:
        find: Finds the person; None is a stranger.
    """

    def __init__(self, find: Callable[[], User | None]) -> None:
        self._find = find

    @cached_property
    def user(self) -> User | None:
        """The person, if one is signed in."""
        return self._find()

    @cached_property
    def names(self) -> dict[str, str]:
        """What people are called, by the name they sign in with."""
        return {one.username: one.get_full_name() or one.username for one in User.objects.all()}

    @cached_property
    def sight(self) -> Sight:
        """What the person may see.

        Raises:
            NotAllowed: Nobody is signed in.
        """
        if self.user is None:
            raise NotAllowed("Nobody is signed in", mend="sign in")
        return sight_of(self.user)


_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def sight() -> Sight:
    """What the person of this request may see; everything where no request is served.

    Raises:
        NotAllowed: A request is served and nobody is signed in.
    """
    viewer = _viewer.get()
    return EVERYTHING if viewer is None else viewer.sight


def viewing() -> User | None:
    """The person of this request; None where no request is served, so that the system itself looks on.

    Raises:
        NotAllowed: A request is served and nobody is signed in.
    """
    viewer = _viewer.get()
    if viewer is not None and viewer.user is None:
        raise NotAllowed("Nobody is signed in", mend="sign in")
    return viewer.user if viewer is not None else None


def called(name: str) -> str:
    """What people call somebody, by the name they sign in with; the name itself of who is not here any more."""
    viewer = _viewer.get()
    if viewer is not None:
        return viewer.names.get(name, name)
    found = User.objects.filter(username=name).first() if name else None
    return (found.get_full_name() or name) if found else name


def free_words(text: str, *people: str) -> str:
    """What somebody wrote without saying which part of the company it is about, as far as the person may read it.

    Who sees a part of the company only reads nothing of it, unless it is their own, or written about them.

    Args:
        text: What was written.
        people: Sign-in names of who wrote it and of whom it is about.
    """
    viewer = _viewer.get()
    if viewer is None or not viewer.sight.limited:
        return text
    return text if viewer.user is not None and viewer.user.username in people else ""


def sees_money(side: Side) -> bool:
    """Whether the person of this request sees a kind of money: what customers pay (sales), or all other (cost)."""
    return sight().shows(side)


def sight_of(user: User) -> Sight:
    """What a person may see: the parts an administrator gave them, and the money of their role."""
    parts = tuple(part_of(one.scope) for one in SeenSlice.objects.filter(user=user).order_by("pk") if one.scope)
    return Sight(parts=joined(parts), hidden=money_of(Role(user.role)).hidden)


def sees_everything(name: str) -> bool:
    """Whether nothing of the company is kept from somebody, by the name they sign in with."""
    found = User.objects.filter(username=name, is_active=True).first()
    return found is not None and sight_of(found).everything


def money_of(role: Role) -> Money:
    """The money a role sees."""
    found = MoneyOfRole.objects.filter(role=role.value).first()
    return Money(found.money) if found else role.usual_money


def joined(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts that name members of one and the same level, as one part.

    Example:
        >>> joined(((("customer", ("C1",)),), (("customer", ("C2",)),)))
        ((('customer', ('C1', 'C2')),),)
    """
    single: dict[str, set[str]] = {}
    for part in parts:
        if len(part) == 1:
            single.setdefault(part[0][0], set()).update(part[0][1])
    wide = tuple(part for part in parts if len(part) != 1)
    return (*(part_of({level: sorted(members)}) for level, members in sorted(single.items())), *wide)


@contextmanager
def viewed_by(find: Callable[[], User | None]) -> Iterator[None]:
    """Within this, plans and extracts are handed out as a person sees them."""
    with _eyes_of(Viewer(find)):
        yield


@contextmanager
def viewed_by_the_system() -> Iterator[None]:
    """Within this, plans and extracts are handed out whole, whoever asks; what is found is cut when it is shown."""
    with _eyes_of(None):
        yield


@contextmanager
def _eyes_of(viewer: Viewer | None) -> Iterator[None]:
    token = _viewer.set(viewer)
    try:
        with looking_anew():
            yield
    finally:
        _viewer.reset(token)


def for_all_eyes(ability: Ability) -> Callable[[View], View]:
    """Guard a view by an ability, and open it only to those from whom nothing is kept: it shows everything."""

    def guard(view: View) -> View:
        @requires(ability)
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not sight().everything:
                raise NotAllowed("This page tells of the whole company and all money", mend="ask who sees all of it")
            return view(request, *args, **kwargs)

        return guarded

    return guard


def require_whole(what: str) -> None:
    """Go on only when the person of this request sees the whole company.

    Raises:
        NotAllowed: They see a part of it.
    """
    if sight().limited:
        raise NotAllowed(f"You see a part of the company, and {what} is about all of it", mend="ask who sees all of it")


def require_scope(plan: PlanNumbers, scope: Scope) -> dict[str, tuple[str, ...]]:
    """A slice as far as it lies in the part of the person of this request; that is what a record keeps.

    Args:
        plan: A plan as the person sees it.
        scope: What the person asks for; everything is everything they see.

    Raises:
        NotAllowed: It reaches outside of their part.
    """
    kept = narrowed_scope(plan, scope)
    return {level: (m,) if isinstance(m, str) else tuple(m) for level, m in kept.items()}


def require_measure(plan: PlanNumbers, *names: str) -> None:
    """Go on only when the person of this request sees some measures: of hidden money nothing can be told.

    Args:
        plan: A plan as the person sees it.
        names: Measures; those the plan does not know are left for it to refuse.

    Raises:
        NotAllowed: One of them is money that the role of the person does not see.
    """
    known = plan.wiring.measures
    for name in names:
        if sight().hides(name, known):
            raise NotAllowed(f"{known[name].label} is not for your role", mend="choose another measure, or ask finance")


def require_money(what: str) -> None:
    """Go on only when the person of this request sees all money.

    Args:
        what: What is weighed by it, as a sentence begins.

    Raises:
        NotAllowed: The role of the person does not see it.
    """
    if sight().hidden:
        raise NotAllowed(f"{what} is weighed by money, which your role does not see", mend="ask finance")


def require_inside(plan: PlanNumbers, scope: Scope, grain: Grain = "demand") -> None:
    """Go on only when a slice, as it stands, lies in the part of the person of this request.

    Raises:
        NotAllowed: It reaches outside.
    """
    asked = {level: (m,) if isinstance(m, str) else tuple(m) for level, m in scope.items()}
    if narrowed_scope(plan, asked, grain) != asked:
        raise NotAllowed(
            "This reaches outside your part of the company", mend="name your part: the same slice, cut to what you see"
        )

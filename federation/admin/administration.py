"""Put the administration of a gateway together."""

from federation.admin.access import Access
from federation.admin.actions import Actions
from federation.admin.app import AdminApp
from federation.admin.reads import Reads
from federation.admin.scraping import Scraping
from federation.admin.standing_decisions import StandingDecisions
from federation.admin.workforce import DEADLINES, Deadlines, Workforce
from federation.config.admin_section import AdminSection
from federation.config.authentication_section import RevocationsSection
from federation.config.sections import Config


def make_standing(config: Config) -> StandingDecisions:
    """Nothing decided yet; revocations are kept for as long as workers keep them."""
    section = config.authentication.revocations if config.authentication is not None else RevocationsSection()
    return StandingDecisions(section.keep)


def make_app(
    section: AdminSection, workforce: Workforce, standing: StandingDecisions, deadlines: Deadlines = DEADLINES
) -> AdminApp:
    """The application of the admin port over these workers."""
    access = Access(section)
    reads, actions = Reads(workforce, standing, deadlines), Actions(workforce, standing, deadlines)
    scraping = Scraping(workforce, access.strangers, deadlines)
    return AdminApp(access, reads, actions, scraping, open_metrics=section.open_metrics)

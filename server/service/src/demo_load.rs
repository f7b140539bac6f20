//! Loads the demo: makes the company's teams, people and rules, then imports its files in the order of their arrival, at
//! the time of their arrival, with what people decided in between.

use crate::clock::{Clock, SetClock, SystemClock};
use crate::demo::{DemoFile, TEAMS, files, inventory, own};
use crate::import::{ByteSource, ImportFileError, Job};
use crate::request::Session;
use crate::zone::Zone;
use crate::{Service, ServiceConfig};
use model::filter::{DueIs, Filter, Mark, StatusIs, What};
use model::policy::Role;
use model::view::findings::{Decide, DecideKind};
use model::view::settings::NewUser;
use model::{Day, Mapping, Micros, Severity};
use ports::{Findings, Settings, Teams};
use std::sync::Arc;
use store::Reason;
use store::sources::Source;

/// The password of the demo's people; pages say so on the sign-in page of a demo.
pub const DEMO_PASSWORD: &str = "almadia-demo-2026";

/// How many days before today the company declares its inventory.
const INVENTORY_DAYS: i32 = 26 * 7;

impl Service {
    /// Whether nobody exists and nothing was imported yet.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn is_new(config: &ServiceConfig) -> anyhow::Result<bool> {
        let service = Self::open(config).await?;
        let anybody = service.store.unscoped(Reason::Check).user_any().await?;
        service.close().await;
        Ok(!anybody)
    }

    /// Loads the demo into an empty database.
    ///
    /// # Errors
    /// The database is not empty, or something failed on the way.
    pub async fn load_demo(config: &ServiceConfig) -> anyhow::Result<()> {
        let today = Zone::named(&config.zone)
            .map_err(|name| anyhow::anyhow!("no such time zone: {name}"))?
            .day(SystemClock.now());
        let start = Micros((i64::from(today.0) - 53 * 7) * Micros::DAY);
        let clock = Arc::new(SetClock::new(start));
        let service = Arc::new(Self::open_with(config, clock.clone()).await?);
        let loaded = load(&service, &clock, today).await;
        service.close().await;
        loaded
    }
}

async fn load(service: &Arc<Service>, clock: &SetClock, today: Day) -> anyhow::Result<()> {
    let session = Session::operator(service, "demo").await?;
    anyhow::ensure!(
        !service.store.unscoped(Reason::Check).user_any().await?,
        "the demo is loaded into an empty database only"
    );
    people(&session).await?;
    let source = session.source_named("almadia").await?;
    let mut week = None;
    let mut declared = false;
    for file in files(today) {
        clock.set(file.arrives);
        let this = service.zone.day(file.arrives).week();
        if !declared && this.0 > today.0 - INVENTORY_DAYS {
            session.load_inventory("inventario.csv", inventory().as_bytes(), true).await?;
            declared = true;
        }
        if week.replace(this).is_some_and(|before| before != this) {
            decisions(&session, this).await?;
        }
        import(service, &source, file, None).await?;
    }
    own_posture(service, &session, clock, today).await
}

/// Imports a file of the demo.
async fn import(
    service: &Arc<Service>,
    source: &Source,
    file: DemoFile,
    mapping: Option<Mapping>,
) -> anyhow::Result<()> {
    let DemoFile { name, bytes, arrives } = file;
    let job = Job {
        source: source.id,
        zone: source.settings.zone.clone(),
        file: name.clone(),
        user: None,
        claim: None,
        accept_partial: false,
        // What a mapping reads need not say when the tool ran.
        stated_at: mapping.is_some().then_some(arrives),
        mapping,
        told: None,
        whole_project: false,
        settings: None,
        dry_run: false,
        progress: Arc::default(),
    };
    let imported = Box::pin(service.import(ByteSource::Memory(std::io::Cursor::new(bytes)), job)).await;
    imported.map(drop).map_err(|error| match error {
        ImportFileError::Refused(refusal) => anyhow::anyhow!("{name} is refused: {}", refusal.code),
        ImportFileError::Failed(error) => error.context(name),
    })
}

/// Postura itself: a team, a source, and what real scanners say of the program, with what became of it.
async fn own_posture(service: &Arc<Service>, session: &Session, clock: &SetClock, today: Day) -> anyhow::Result<()> {
    let [wapiti, testssl] = own::files(today)?;
    clock.set(wapiti.arrives);
    let team = session.add_team(own::TEAM.to_owned()).await?;
    session.set_member(team.clone(), "analista".to_owned(), true).await?;
    for pattern in own::PATTERNS {
        session.add_rule(pattern.to_owned(), team.clone()).await?;
    }
    let source = session.source_named(own::SOURCE).await?;
    session.save_mapping(own::MAPPING, &own::mapping()).await?;
    import(service, &source, wapiti, None).await?;
    clock.set(testssl.arrives);
    import(service, &source, testssl, Some(own::mapping())).await?;
    let forged = Filter::new().with(What::Text("Cross Site Request Forgery".to_owned())).team(Some(&team));
    act(session, &Act { reason: own::FORGERY, ..Act::new(&forged, DecideKind::FalsePositive) }).await
}

/// The company: an administrator, an analyst, an executive, an auditor; a lead and a member a team; rules of ownership.
async fn people(session: &Session) -> anyhow::Result<()> {
    let others = [
        ("admin", "Elena Vega", Role::Admin),
        ("analista", "Bruno Leal", Role::Analyst),
        ("direccion", "Olga Serra", Role::Executive),
        ("auditoria", "Raúl Pons", Role::Auditor),
    ];
    let leads = TEAMS.iter().map(|team| (team.lead.0, team.lead.1, Role::Lead));
    let members = TEAMS.iter().map(|team| (team.member.0, team.member.1, Role::Member));
    for (login, name, role) in others.into_iter().chain(leads).chain(members) {
        let user = NewUser { login: login.to_owned(), name: name.to_owned(), role, password: DEMO_PASSWORD.to_owned() };
        session.add_user(user).await?;
    }
    for team in &TEAMS {
        let slug = session.add_team(team.name.to_owned()).await?;
        for (login, _) in [team.lead, team.member] {
            session.set_member(slug.clone(), login.to_owned(), true).await?;
        }
        for pattern in team.patterns {
            session.add_rule((*pattern).to_owned(), slug.clone()).await?;
        }
    }
    Ok(())
}

/// What people decided in a week: the analyst confirms what is bad and dates it, leads claim fixes, now and then the
/// scanner is wrong or a risk is accepted.
async fn decisions(session: &Session, week: Day) -> anyhow::Result<()> {
    let number = week.0 / 7;
    let new = |severity| Filter::new().status(StatusIs::One(model::Status::New)).severity(severity);
    for (severity, days) in [(Severity::Critical, 7), (Severity::High, 30), (Severity::Medium, 90)] {
        let due = Day(week.0 + days).to_string();
        let undated = new(severity).with(What::Due(DueIs::Unset));
        for team in &TEAMS {
            let filter = undated.clone().team(Some(&slug_of(team.name)));
            // Leads take what is critical; the rest is shared out by turns.
            let person = if severity == Severity::Critical || number % 3 == 0 { team.lead.0 } else { team.member.0 };
            act(session, &Act { person, day: &due, ..Act::new(&filter, DecideKind::Assign) }).await?;
        }
        if severity >= Severity::High {
            act(session, &Act::new(&new(severity), DecideKind::Confirm)).await?;
        }
    }
    if number % 2 == 0
        && let Some(team) = TEAMS.get(usize::try_from(number / 2).unwrap_or(0) % TEAMS.len())
    {
        let confirmed = Filter::new().status(StatusIs::One(model::Status::Confirmed)).team(Some(&slug_of(team.name)));
        act(session, &Act::new(&confirmed.clone().severity(Severity::High), DecideKind::Start)).await?;
        act(session, &Act::new(&confirmed.severity(Severity::Critical), DecideKind::ClaimFix)).await?;
    }
    if number % 6 == 0 {
        let wrong = Filter::new().with(What::Text("Hidden File Found".to_owned()));
        let reason = "La ruta responde 200 a todo; no hay archivo.";
        act(session, &Act { reason, ..Act::new(&wrong, DecideKind::FalsePositive) }).await?;
    }
    if number % 9 == 0 {
        let retired = Filter::new().with(What::Is(Mark::NotRetested)).asset("net-13.almadia.example");
        act(session, &Act { reason: "Equipo dado de baja.", ..Act::new(&retired, DecideKind::Retire) }).await?;
    }
    Ok(())
}

fn slug_of(name: &str) -> String {
    crate::areas::slug(name)
}

/// An act on all that match a filter.
struct Act<'a> {
    filter: &'a Filter,
    kind: DecideKind,
    reason: &'a str,
    person: &'a str,
    day: &'a str,
}

impl<'a> Act<'a> {
    fn new(filter: &'a Filter, kind: DecideKind) -> Self {
        Self { filter, kind, reason: "", person: "", day: "" }
    }
}

/// Does it; nothing to act on is no error.
async fn act(session: &Session, act: &Act<'_>) -> anyhow::Result<()> {
    let input = Decide {
        ids: Vec::new(),
        filter: act.filter.to_string(),
        kind: act.kind,
        reason: act.reason.to_owned(),
        team: String::new(),
        person: act.person.to_owned(),
        day: act.day.to_owned(),
        target: String::new(),
    };
    match session.decide(input).await {
        Ok(_) => Ok(()),
        Err(error) if error.code == model::error::ErrorCode::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

//! How this daiban is, for its admins: the bundle for a bug report, and the files of the data directory.

use daiban_core::{
    ask::AskState, census::Census, dates::rfc3339, descriptor::Descriptor, household::ErrandRow,
};
use serde_json::json;

use super::{Actor, App, AppError, must_govern};
use crate::diagnostics::{
    AccountFacts, AskFacts, Bundle, DataFacts, ErrandFacts, LineFacts, Machine, Numbers,
    ProblemFacts, ServiceFacts, counted, plain,
};

/// So many errands are told of, newest first.
const ERRANDS: usize = 100;
/// So many lines of history of each.
const EVENTS: usize = 10;
/// So many messages are counted.
const OUTBOX: usize = 1_000;

impl App {
    /// On this machine. Without it, nothing is known of settings, files and log.
    #[must_use]
    pub fn on(mut self, machine: Machine) -> Self {
        self.machine = std::sync::Arc::new(machine);
        self
    }

    /// The data directory's files as they are now.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks.
    pub fn data_files(&self, actor: &Actor) -> Result<DataFacts, AppError> {
        must_govern(actor)?;
        Ok(self.machine.data())
    }

    /// Where the data directory is; `None`: everything is in memory.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks.
    pub fn data_dir(&self, actor: &Actor) -> Result<Option<String>, AppError> {
        must_govern(actor)?;
        let dir = self.machine.data_dir();
        Ok(dir.map(|dir| dir.display().to_string()))
    }

    /// Everything about this daiban that helps with a bug and is nobody's business: see [`crate::diagnostics`].
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks; the store's.
    pub async fn diagnostics(&self, actor: &Actor) -> Result<Bundle, AppError> {
        must_govern(actor)?;
        let accounts = self.household().accounts(None).await?;
        let errands = self.household().errands(None).await?;
        let census = self.household().census().await?;
        let numbers = Numbers::new(&accounts, &errands);
        let mut told: Vec<_> = accounts
            .iter()
            .map(|account| AccountFacts::of(account, &numbers))
            .collect();
        told.sort_by_key(AccountFacts::order);

        let mut bundle = Bundle::new();
        bundle.add("made_at", &rfc3339(self.parts.wall.now()));
        bundle.add("errands_clock", &rfc3339(self.now()));
        bundle.add("program", &Machine::program());
        bundle.add("settings", &self.machine.settings());
        bundle.add("data", &self.machine.data());
        bundle.add("migration", &census.migration);
        bundle.add("engine", &self.engine().health().await);
        bundle.add("rows", &census.counted);
        bundle.add(
            "accounts_by_state",
            &counted(
                accounts
                    .iter()
                    .map(|account| format!("{} {}", account.service, account.state.as_str())),
            ),
        );
        bundle.add(
            "errands_by_state",
            &counted(errands.iter().map(kind_and_state)),
        );
        bundle.add("outbox_by_channel", &self.outbox_counted().await?);
        bundle.add("services", &self.service_facts(&census, &numbers).await?);
        bundle.add("accounts", &told);
        bundle.add("errands", &self.errand_facts(&errands, &numbers).await?);
        bundle.add("open_asks", &self.ask_facts(&numbers).await?);
        bundle.add("problems", &self.problem_facts(&numbers).await?);
        bundle.add("log", &self.machine.log());
        Ok(bundle.cleaned(&self.parts.redactor, &self.machine.ways()))
    }

    async fn errand_facts(
        &self,
        errands: &[ErrandRow],
        numbers: &Numbers,
    ) -> Result<Vec<ErrandFacts>, AppError> {
        let mut told = Vec::new();
        for errand in errands.iter().take(ERRANDS) {
            let events = self.household().errand_events(&errand.id, EVENTS).await?;
            told.push(ErrandFacts::of(errand, numbers, &events));
        }
        Ok(told)
    }

    async fn ask_facts(&self, numbers: &Numbers) -> Result<Vec<AskFacts>, AppError> {
        let asks = self.household().asks(None, Some(AskState::Open)).await?;
        Ok(asks.iter().map(|ask| AskFacts::of(ask, numbers)).collect())
    }

    async fn problem_facts(&self, numbers: &Numbers) -> Result<Vec<ProblemFacts>, AppError> {
        let problems = self.household().problems(None).await?;
        Ok(problems
            .iter()
            .map(|problem| ProblemFacts::of(problem, numbers))
            .collect())
    }

    async fn service_facts(
        &self,
        census: &Census,
        numbers: &Numbers,
    ) -> Result<Vec<ServiceFacts>, AppError> {
        let mut told = Vec::new();
        for descriptor in self.services() {
            let closed = self.parts.store.closed_until(descriptor.service).await?;
            told.push(ServiceFacts {
                service: descriptor.service,
                closed_until: closed.map(|(until, _)| rfc3339(until)),
                poll_floor_s: descriptor.poll_floor_s,
                daily_budget: descriptor.daily_budget,
                lines: lines(descriptor, census, numbers),
            });
        }
        Ok(told)
    }

    /// Messages by kind of channel and state.
    async fn outbox_counted(&self) -> Result<std::collections::BTreeMap<String, u64>, AppError> {
        let channels = self.household().channels(None).await?;
        let rows = self.household().outbox(OUTBOX).await?;
        Ok(counted(rows.iter().map(|row| {
            let channel = channels.iter().find(|channel| channel.id == row.channel);
            let kind = channel.map_or_else(|| "gone".to_owned(), |channel| plain(&channel.kind));
            let state = json!(row.state);
            format!("{kind} {}", state.as_str().unwrap_or_default())
        })))
    }
}

fn kind_and_state(errand: &ErrandRow) -> String {
    let state = json!(errand.phase);
    format!(
        "{} {}",
        plain(&errand.kind),
        state.as_str().unwrap_or_default()
    )
}

fn lines(descriptor: &Descriptor, census: &Census, numbers: &Numbers) -> Vec<LineFacts> {
    let spent = census.spent.iter();
    let its = spent.filter(|spent| spent.service == descriptor.service);
    its.map(|spent| LineFacts {
        line: match &spent.account {
            Some(account) => numbers.account(account),
            None => "public".to_owned(),
        },
        day: spent.day.to_string(),
        used: spent.used,
        next_poll: spent.next_poll.map(rfc3339),
    })
    .collect()
}

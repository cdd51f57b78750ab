//! A service made of wishes: what it answers is written on a list, what it did is kept in another.

use std::{
    collections::{BTreeMap, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    account::{Account, Secrets, Settings},
    ask::{Answer, AskKind, NewAsk},
    call::{NewCall, Outcome},
    clock::Clock,
    descriptor::{Descriptor, Label, Sprint},
    errand::{Errand, Incoming, Machine, Pass, Phase, Step, Watch},
    error::ServiceError,
    http::{Http, HttpFailure, Lines, Pace, Request, Response},
    id::{AccountId, LookoutKey},
    invalid::InvalidInput,
    provider::{Provider, Reconciled, Visit},
    record::Record,
    service::Service,
    store::{Slot, Store, Toll, Turn},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What an act does when it is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActScript {
    /// Happens and says so.
    Happens,
    /// Happens, but the answer is lost.
    HappensUnseen,
    /// Is lost on the way.
    LostOnTheWay,
    /// Is refused.
    Refused,
    /// Politeness holds it back before anything leaves.
    Held,
    /// The sign-in is lost.
    SignInLost,
    /// Happens, and then the provider's own code falls.
    HappensAndFalls,
}

/// Looks at the rows from inside an act.
pub type Spy = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;

/// What the world saw and what it will answer.
#[derive(Default)]
pub struct World {
    /// Acts that had an effect, by what they were for.
    pub effects: Vec<String>,
    /// Acts that arrived, with or without effect.
    pub arrived: u64,
    /// Looks made, by what was looked at.
    pub looks: BTreeMap<String, Vec<Timestamp>>,
    /// Scripts for the next acts; afterwards everything happens.
    pub acts: VecDeque<ActScript>,
    /// Answers of reconcile that say "too early", before the truth is told.
    pub too_early: u32,
    /// Whether looks find the sign-in lost.
    pub signed_out: bool,
    /// Visits under way by account, and whether two ever overlapped.
    pub inside: BTreeMap<String, u32>,
    /// Two visits of one account at once were seen.
    pub overlapped: bool,
    /// Call states seen from inside acts, asked by the rig's spy.
    pub spy: Option<Spy>,
    /// What the spy said.
    pub spied: Vec<String>,
}

/// The world, shared with the test.
#[derive(Clone, Default)]
pub struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }
}

static RAIL: Descriptor = Descriptor {
    service: Service::Rail,
    name: Label::new("测试", "test"),
    sign_in: &[],
    settings: &[],
    secrets: &[],
    errands: &[],
    poll_floor_s: 4,
    sprint: None,
    daily_budget: 1000,
};

/// Slow, with a quick time around a release.
static HOSPITAL: Descriptor = Descriptor {
    service: Service::Hospital,
    poll_floor_s: 60,
    sprint: Some(Sprint {
        floor_s: 3,
        before_s: 90,
        after_s: 210,
    }),
    ..RAIL
};

/// Both services of the world.
pub fn providers(world: &Shared) -> Vec<Box<dyn Provider>> {
    let provider = |descriptor| Box::new(TestProvider(world.clone(), descriptor)) as Box<_>;
    vec![provider(&RAIL), provider(&HOSPITAL)]
}

struct TestProvider(Shared, &'static Descriptor);

/// A poll, quick around the moment that is named, in seconds.
fn poll(body: &Value, descriptor: &Descriptor, now: Timestamp) -> Request {
    let release = body["release"].as_i64().map(Timestamp::from_second);
    match (release, descriptor.sprint) {
        (Some(Ok(release)), Some(sprint)) if sprint.holds(release, now) => {
            Request::get("poll").sprint(release)
        }
        _ => Request::get("poll").poll(),
    }
}

impl TestProvider {
    fn enter(&self, visit: &Visit<'_>) {
        let account = visit
            .account
            .map_or(String::new(), |account| account.id.to_string());
        let mut world = self.0.lock();
        let inside = world.inside.entry(account.clone()).or_default();
        *inside += 1;
        if *inside > 1 && !account.is_empty() {
            world.overlapped = true;
        }
    }

    fn leave(&self, visit: &Visit<'_>) {
        let account = visit
            .account
            .map_or(String::new(), |account| account.id.to_string());
        *self.0.lock().inside.entry(account).or_default() -= 1;
    }
}

#[async_trait]
impl Provider for TestProvider {
    fn descriptor(&self) -> &'static Descriptor {
        self.1
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        if self.1.service != Service::Rail {
            return Vec::new();
        }
        vec![
            Box::new(Sleep),
            Box::new(ActOnce),
            Box::new(Look),
            Box::new(Watcher),
            Box::new(AskOnce),
            Box::new(Falls),
        ]
    }

    fn check_account(&self, _: &mut Settings, _: &mut Secrets) -> Result<(), InvalidInput> {
        Ok(())
    }

    fn proof(&self, _: &Account, _: &Secrets) -> Option<NewCall> {
        None
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        if body["polls"] == true {
            let request = poll(body, self.1, visit.now);
            visit.http.send(request).await?;
        }
        self.enter(visit);
        visit
            .http
            .send(Request::get("http://127.0.0.1/"))
            .await
            .ok();
        tokio::task::yield_now().await;
        self.leave(visit);
        let mut world = self.0.lock();
        let what = body["look"].as_str().unwrap_or("?").to_owned();
        world.looks.entry(what).or_default().push(visit.now);
        if world.signed_out {
            return Err(ServiceError::SignInLost {
                text: Text::quoted("登录已失效"),
            });
        }
        Ok(json!({ "seen": body["look"] }))
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        let script = self.0.lock().acts.pop_front().unwrap_or(ActScript::Happens);
        if script == ActScript::Held {
            let until = Timestamp::from_second(visit.now.as_second() + 600).unwrap();
            let failure = HttpFailure::Held {
                until,
                text: Text::quoted("慢一点"),
            };
            let held = visit
                .http
                .send(Request::get("held"))
                .await
                .map(drop)
                .unwrap_err();
            assert!(matches!(held, HttpFailure::Held { .. }));
            return Err(ServiceError::after_act(failure));
        }
        self.enter(visit);
        visit
            .http
            .send(Request::get("http://127.0.0.1/"))
            .await
            .ok();
        let spy = self.0.lock().spy.clone();
        if let Some(spy) = spy {
            let seen = spy().await;
            self.0.lock().spied.push(seen);
        }
        tokio::task::yield_now().await;
        self.leave(visit);
        let mut world = self.0.lock();
        world.arrived += 1;
        let what = body["act"].as_str().unwrap_or("?").to_owned();
        match script {
            ActScript::Happens => {
                world.effects.push(what);
                Ok(json!({ "did": body["act"] }))
            }
            ActScript::HappensUnseen => {
                world.effects.push(what);
                Err(ServiceError::Unsure {
                    text: Text::quoted("time-out"),
                })
            }
            ActScript::LostOnTheWay => Err(ServiceError::Unsure {
                text: Text::quoted("reset"),
            }),
            ActScript::Refused => Err(ServiceError::Refused {
                code: "no".to_owned(),
                text: Text::quoted("不行"),
            }),
            ActScript::SignInLost => Err(ServiceError::SignInLost {
                text: Text::quoted("登录已失效"),
            }),
            ActScript::HappensAndFalls => {
                world.effects.push(what);
                drop(world);
                panic!("a fault in the provider")
            }
            ActScript::Held => unreachable!("handled above"),
        }
    }

    /// What begins with `kept/` is.
    fn book_key(&self, body: &Value) -> Option<String> {
        let what = body["look"].as_str().or(body["act"].as_str())?;
        what.starts_with("kept/").then(|| what.to_owned())
    }

    async fn reconcile(
        &self,
        _: &Visit<'_>,
        body: &Value,
        sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        let mut world = self.0.lock();
        if world.too_early > 0 {
            world.too_early -= 1;
            let at = Timestamp::from_second(sent_at.as_second() + 300).unwrap();
            return Ok(Reconciled::AskAgain { at, seen: None });
        }
        let what = body["act"].as_str().unwrap_or("?");
        Ok(match world.effects.iter().any(|effect| effect == what) {
            true => Reconciled::Happened(json!({ "found": what })),
            false => Reconciled::DidNotHappen(Text::quoted("没有这条记录")),
        })
    }
}

/// Lines on which nothing travels; `held` is held back, and polls take turns at the floors.
#[derive(Clone)]
pub struct TestLines {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
}

struct TestLine {
    lines: TestLines,
    descriptor: &'static Descriptor,
}

impl Lines for TestLines {
    fn line(&self, service: Service, _: Option<&AccountId>) -> Box<dyn Http> {
        let descriptor = match service {
            Service::Hospital => &HOSPITAL,
            _ => &RAIL,
        };
        Box::new(TestLine {
            lines: self.clone(),
            descriptor,
        })
    }
}

impl TestLine {
    /// When there is a turn, and why not now.
    async fn turn(&self, pace: Pace) -> Option<(Timestamp, Text)> {
        let (now, of) = (self.lines.clock.now(), self.descriptor);
        let (turn, quick_s) = match (pace, of.sprint) {
            (Pace::Sprint { release }, Some(sprint)) => {
                assert!(sprint.holds(release, now));
                (Turn::Sprint, sprint.floor_s)
            }
            (_, sprint) => (
                Turn::Poll,
                sprint.map_or(of.poll_floor_s, |sprint| sprint.floor_s),
            ),
        };
        // Up to a fifth longer, as on a real line.
        let jittered = |floor_s: u32| {
            let floor_ms = u64::from(floor_s) * 1000;
            floor_ms + now.as_millisecond().unsigned_abs() / 7 % (floor_ms / 5)
        };
        let toll = Toll {
            service: of.service,
            account: String::new(),
            turn,
            floor_ms: jittered(of.poll_floor_s),
            sprint_floor_ms: jittered(quick_s),
            daily: of.daily_budget,
        };
        match self.lines.store.take_budget(now, &toll).await.unwrap() {
            Slot::Now => None,
            Slot::At(until, text) => Some((until, text)),
        }
    }
}

#[async_trait]
impl Http for TestLine {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        if request.url == "held" {
            let until = Timestamp::from_second(1_800_000_000).unwrap();
            return Err(HttpFailure::Held {
                until,
                text: Text::quoted("慢一点"),
            });
        }
        if request.url == "poll" {
            assert!(!request.waits, "a lookout has a queue of its own");
            if let Some((until, text)) = self.turn(request.pace).await {
                return Err(HttpFailure::Held { until, text });
            }
        }
        Ok(Response::default())
    }
}

fn why(words: &str) -> Text {
    Text::quoted(words)
}

#[derive(Serialize, Deserialize, Default)]
pub struct Count {
    pub passes: u64,
}

/// Wakes every `every_s` seconds, `times` times, and leaves a record of each but the last.
struct Sleep;

#[derive(Serialize, Deserialize)]
pub struct SleepWishes {
    pub every_s: i64,
    pub times: u64,
}

impl Errand for Sleep {
    const KIND: &'static str = "test.sleep";
    const VERSION: u32 = 1;
    type State = Count;
    type Wishes = SleepWishes;

    fn begin(&self, wishes: &SleepWishes, _: Timestamp) -> Result<Count, InvalidInput> {
        match wishes.every_s {
            1.. => Ok(Count::default()),
            _ => Err(InvalidInput::new("every_s", "太小", "too small")),
        }
    }

    fn advance(&self, mut state: Count, pass: &Pass<'_, SleepWishes>) -> Step<Count> {
        state.passes += 1;
        if state.passes >= pass.wishes.times {
            let passes = json!(state.passes);
            return Step::done(state, passes, why("够了"));
        }
        let next = Timestamp::from_second(pass.now.as_second() + pass.wishes.every_s).unwrap();
        let woke = Record {
            kind: "woke".to_owned(),
            id: format!("{}/{}", pass.errand, state.passes),
            at: pass.now,
            value: json!(state.passes),
            keep_days: 7,
        };
        let mut step = Step::at(state, next, "sleeping", why("再睡"));
        step.records.push(woke);
        step
    }
}

/// Acts once, tries again when it surely did not happen.
struct ActOnce;

#[derive(Serialize, Deserialize)]
pub struct ActWishes {
    pub act: String,
}

impl Errand for ActOnce {
    const KIND: &'static str = "test.act";
    const VERSION: u32 = 1;
    type State = Count;
    type Wishes = ActWishes;

    fn begin(&self, _: &ActWishes, _: Timestamp) -> Result<Count, InvalidInput> {
        Ok(Count::default())
    }

    fn advance(&self, mut state: Count, pass: &Pass<'_, ActWishes>) -> Step<Count> {
        state.passes += 1;
        let act = || {
            NewCall::act(
                "act",
                Service::Rail,
                pass.account,
                json!({ "act": pass.wishes.act }),
            )
        };
        for incoming in pass.incoming {
            match incoming {
                Incoming::Called {
                    outcome: Outcome::Done(value),
                    ..
                } => return Step::done(state, value.clone(), why("办成了")),
                Incoming::Called {
                    outcome: Outcome::DidNotHappen(_),
                    ..
                }
                | Incoming::SignedIn => {
                    return Step::call(state, act(), "acting", why("没办成，再办"));
                }
                Incoming::Called {
                    outcome: Outcome::Failed(ServiceError::SignInLost { .. }),
                    ..
                } => {
                    return Step::new(state, Phase::NeedsYou, "signed_out", why("要重新登录"));
                }
                Incoming::Called {
                    outcome: Outcome::Failed(error),
                    ..
                } => {
                    let code = json!(error.code());
                    return Step::failed(state, code, why("被拒"));
                }
                _ => {}
            }
        }
        if state.passes > 1 {
            return Step::new(state, Phase::Working, "acting", why("还在等结果"));
        }
        Step::call(state, act(), "acting", why("去办"))
    }
}

/// Looks once.
struct Look;

impl Errand for Look {
    const KIND: &'static str = "test.look";
    const VERSION: u32 = 1;
    type State = Count;
    type Wishes = ActWishes;

    fn begin(&self, _: &ActWishes, _: Timestamp) -> Result<Count, InvalidInput> {
        Ok(Count::default())
    }

    fn advance(&self, mut state: Count, pass: &Pass<'_, ActWishes>) -> Step<Count> {
        state.passes += 1;
        let look = || {
            NewCall::look(
                "look",
                Service::Rail,
                pass.account,
                json!({ "look": pass.wishes.act }),
            )
        };
        match pass.incoming.last() {
            Some(Incoming::Called {
                outcome: Outcome::Done(value),
                ..
            }) => Step::done(state, value.clone(), why("看到了")),
            Some(Incoming::Called { .. }) => {
                Step::new(state, Phase::NeedsYou, "blind", why("看不到"))
            }
            _ => Step::call(state, look(), "looking", why("去看")),
        }
    }
}

/// Watches a lookout until it has seen `times` observations.
struct Watcher;

#[derive(Serialize, Deserialize)]
pub struct WatchWishes {
    pub key: String,
    pub pace_s: u32,
    pub times: u64,
    /// At the slow service, by polls.
    #[serde(default)]
    pub polls: bool,
    /// When it releases something, in seconds.
    pub release: Option<i64>,
}

impl Errand for Watcher {
    const KIND: &'static str = "test.watch";
    const VERSION: u32 = 1;
    type State = Count;
    type Wishes = WatchWishes;

    fn begin(&self, _: &WatchWishes, _: Timestamp) -> Result<Count, InvalidInput> {
        Ok(Count::default())
    }

    fn advance(&self, mut state: Count, pass: &Pass<'_, WatchWishes>) -> Step<Count> {
        let key = LookoutKey::from(pass.wishes.key.as_str());
        if pass.seen.contains_key(&key) {
            state.passes += 1;
        }
        if state.passes >= pass.wishes.times {
            let number = pass.seen.get(&key).map(|snapshot| snapshot.number);
            return Step::done(state, json!(number), why("看够了"));
        }
        let mut step = Step::new(state, Phase::Waiting, "watching", why("守着"));
        step.watch.push(Watch {
            key,
            service: match pass.wishes.polls {
                true => Service::Hospital,
                false => Service::Rail,
            },
            query: json!({ "look": pass.wishes.key, "polls": pass.wishes.polls, "release": pass.wishes.release }),
            pace_s: pass.wishes.pace_s,
        });
        step
    }
}

/// Asks a person once.
struct AskOnce;

#[derive(Serialize, Deserialize)]
pub struct AskWishes {
    pub within_s: i64,
}

impl Errand for AskOnce {
    const KIND: &'static str = "test.ask";
    const VERSION: u32 = 1;
    type State = Count;
    type Wishes = AskWishes;

    fn begin(&self, _: &AskWishes, _: Timestamp) -> Result<Count, InvalidInput> {
        Ok(Count::default())
    }

    fn advance(&self, mut state: Count, pass: &Pass<'_, AskWishes>) -> Step<Count> {
        state.passes += 1;
        let answered = |incoming: &&Incoming| {
            matches!(
                incoming,
                Incoming::Answered { .. } | Incoming::AskExpired { .. }
            )
        };
        match pass.incoming.iter().find(answered) {
            Some(Incoming::Answered {
                answer: Answer::Text(text),
                ..
            }) => Step::done(state, json!(text), why("答了")),
            Some(Incoming::AskExpired { .. }) => {
                Step::failed(state, json!("expired"), why("没人答"))
            }
            _ => {
                let ask = NewAsk {
                    tag: "word".to_owned(),
                    kind: AskKind::Text,
                    title: why("说个词"),
                    body: why("什么都行"),
                    told: None,
                    picture: None,
                    deadline: Timestamp::from_second(pass.now.as_second() + pass.wishes.within_s)
                        .ok(),
                };
                Step::ask(state, ask, "asking", why("等人"))
            }
        }
    }
}

/// A machine with a fault in it.
struct Falls;

impl Errand for Falls {
    const KIND: &'static str = "test.falls";
    const VERSION: u32 = 1;
    type State = Count;
    type Wishes = Value;

    fn begin(&self, _: &Value, _: Timestamp) -> Result<Count, InvalidInput> {
        Ok(Count::default())
    }

    fn advance(&self, _: Count, _: &Pass<'_, Value>) -> Step<Count> {
        panic!("a fault in the machine")
    }
}

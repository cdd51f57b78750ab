//! Stories that are cut everywhere: the process ends at every effect, on either side of it, under every fault of the
//! service; then a new process starts on the same rows.

use std::{io::Write, sync::Arc};

use daiban_sim::{FaultKind, FaultPlan, When};
use jiff::civil::Date;

use super::{
    DAY_MS, Rig, START_MS,
    fuse::{Fuse, Side},
};

/// Every way a request can go wrong, on either side of its effect.
fn faults(path: &str) -> Vec<Option<FaultPlan>> {
    let kinds = [
        FaultKind::Timeout,
        FaultKind::Reset,
        FaultKind::Status500,
        FaultKind::Html,
        FaultKind::Slow { ms: 1 },
    ];
    let plan = |when, kind| {
        Some(FaultPlan {
            service: String::new(),
            path_contains: path.to_owned(),
            nth: Some(1),
            when,
            kind,
        })
    };
    kinds
        .into_iter()
        .flat_map(|kind| [plan(When::Before, kind.clone()), plan(When::After, kind)])
        .collect()
}

pub fn in_service(service: &str, paths: &[&str]) -> Vec<Option<FaultPlan>> {
    let mut all = vec![None];
    for path in paths {
        all.extend(faults(path).into_iter().map(|plan| {
            plan.map(|plan| FaultPlan {
                service: service.to_owned(),
                ..plan
            })
        }));
    }
    all
}

/// One story that is cut everywhere.
pub trait Story {
    const NAME: &'static str;
    /// Faults to tell it under.
    fn faults() -> Vec<Option<FaultPlan>>;
    /// The world and the wish.
    async fn begin(rig: &mut Rig) -> Self;
    /// When it is over.
    const END_MS: i64;
    /// What must be true in the end. `told`: the fault and the cut, for messages.
    async fn check(&self, rig: &Rig, told: &str);
}

/// Tells the story under one fault, cut at one effect (or not at all). Returns how many effects it had.
pub async fn tell<S: Story>(fault: Option<FaultPlan>, cut: Option<(usize, Side)>) -> usize {
    let mut rig = Rig::new(7).await;
    let story = S::begin(&mut rig).await;
    if let Some(plan) = fault.clone() {
        rig.sim.faults().add(plan);
    }
    rig.use_fuse(match cut {
        Some((effect, side)) => Fuse::at(effect, side),
        None => Fuse::default(),
    });
    let fuse = Arc::clone(&rig.fuse);
    rig.run_to(START_MS + S::END_MS).await;
    let told = format!("{} under {fault:?}, cut at {cut:?}", S::NAME);
    assert_eq!(
        rig.crashes,
        u32::from(cut.is_some()),
        "{told}: the cut was reached"
    );
    story.check(&rig, &told).await;
    fuse.effects()
}

/// Cuts the story at every effect under every fault and writes the count down.
pub async fn cut_everywhere<S: Story>() {
    let mut combinations = 0;
    for fault in S::faults() {
        let effects = tell::<S>(fault.clone(), None).await;
        combinations += 1;
        for effect in 0..effects {
            for side in [Side::Before, Side::After] {
                tell::<S>(fault.clone(), Some((effect, side))).await;
                combinations += 1;
            }
        }
    }
    note(S::NAME, combinations);
    assert!(combinations > 100, "a matrix of {combinations} is none");
}

/// One line a story, for people: `target/matrix.txt`.
pub fn note(name: &str, combinations: usize) {
    let line = format!(
        "crash matrix: {name}: {combinations} combinations, nothing doubled, nothing lost\n"
    );
    eprint!("{line}");
    let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap();
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(target.join("matrix.txt"))
        .unwrap();
    file.write_all(line.as_bytes()).unwrap();
}

/// The civil day so many days from the first.
pub fn day(days: i64) -> Date {
    let moment = jiff::Timestamp::from_millisecond(START_MS + days * DAY_MS).unwrap();
    daiban_core::dates::today(moment)
}

/// A small generator: the same seed tells the same story.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.roll(list.len() as u64) as usize].clone()
    }
}

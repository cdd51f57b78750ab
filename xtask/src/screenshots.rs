//! The pictures of the papers, taken of the real demo by the browser tests.

use anyhow::{Result, bail};

use crate::{
    provision::browser,
    run::{cargo, root, step, succeed},
};

/// `cargo xtask screenshots`: `docs/img/*.png` anew. They show the demo, whose days begin today, so they differ from run to run
/// in dates and in nothing else that matters.
pub(crate) fn screenshots() -> Result<()> {
    step("a browser", || match browser() {
        Ok(()) => Ok(()),
        Err(why) => bail!("{why}"),
    })?;
    step("pictures of the demo", || {
        let words = [
            "test",
            "--quiet",
            "-p",
            "daiban",
            "--test",
            "browser",
            "--",
            "--ignored",
            "--exact",
            "pictures_of_the_demo",
            "--nocapture",
        ];
        let mut take = cargo(&words);
        take.env("DAIBAN_PICTURES", root().join("docs/img"));
        succeed(take)
    })
}

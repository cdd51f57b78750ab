//! What an account is given.

use daiban_core::account::{Secrets, Settings};
use daiban_core::invalid::InvalidInput;

pub(super) fn check(_settings: &mut Settings, _secrets: &mut Secrets) -> Result<(), InvalidInput> {
    Ok(())
}

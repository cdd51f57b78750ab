//! Any bytes as a car's status: a reading that can be stored and read again, or the one error that names the place.

#![no_main]

use daiban_providers::vehicle::wire::status::holds_for;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = holds_for(bytes) {
        panic!("{broken}");
    }
});

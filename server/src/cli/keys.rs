//! `postura keys`.

use super::DONE;
use clap::{Args, Subcommand};
use service::Service;
use service::request::Session;
use std::sync::Arc;

/// See and rotate the keys that seal evidence, originals and seeds.
#[derive(Args, Debug)]
pub struct Keys {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Subcommand, Debug)]
enum KeysCommand {
    /// How many keys there are, and what they seal.
    Show,
    /// Put a new key on top of the key file and seal everything anew. The program may go on serving.
    Rotate,
    /// Take the keys that seal nothing any more out of the key file, a day after a rotation at the soonest.
    Retire,
}

impl Keys {
    /// Runs the sub-command.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "keys").await?;
        match self.command {
            KeysCommand::Show => {
                let (keys, since, others) = service.keys_state().await?;
                let since = since.map(|at| at.rfc3339()).unwrap_or_default();
                println!("{keys} keys; the newest seals since {since}; {others} values are sealed by others.");
            }
            KeysCommand::Rotate => {
                let rotated = session.rotate_keys().await?;
                println!("A new key seals. {} values were sealed anew, {} are left.", rotated.sealed, rotated.left);
                println!(
                    "Keep a copy of the key file apart from the database. `postura keys retire` takes the old keys away."
                );
            }
            KeysCommand::Retire => {
                let retired = session.retire_keys().await?;
                println!(
                    "{retired} keys were taken away. What they sealed in older backups opens with older copies of the file alone."
                );
            }
        }
        Ok(DONE)
    }
}

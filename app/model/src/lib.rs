//! The words of the product, shared by the server and the browser: ids, enums, the facts that parsers state, view-ready
//! rows, the filter language, the policy table and the wire error.
//!
//! Nothing here does I/O or asks a clock; everything compiles to WebAssembly.

pub mod alias;
pub mod asset;
pub mod audit;
pub mod cadence;
pub mod cursor;
pub mod error;
pub mod facts;
pub mod feeds;
pub mod filter;
pub mod ids;
pub mod mapping;
pub mod metrics;
pub mod overrides;
pub mod owasp;
pub mod percent;
pub mod policy;
pub mod risk;
pub mod run;
pub mod scanner;
pub mod severity;
pub mod source;
pub mod status;
pub mod text;
pub mod time;
pub mod tool;
pub mod view;

pub use alias::Alias;
pub use asset::{Attributes, Criticality, Exposure};
pub use ids::{AssetId, OccurrenceId, ScanId, SeriesId, SourceId, Step, TeamId, UserId, WeaknessId};
pub use mapping::{MappedField, MappedFormat, Mapping};
pub use owasp::{Basis, Category, Edition, Mapped};
pub use run::{Missed, Overlap, RunEvent, RunState, Trigger};
pub use severity::Severity;
pub use source::{Closing, TargetAlias};
pub use status::{Cause, Grade, Status, Verdict, Workflow};
pub use time::{Day, Micros};
pub use tool::Tool;

#pragma once

namespace retort::dialect {

/// What a statement is to a migration that runs outside a transaction.
enum class outside {
  /// It can run in a transaction, and so in one with the record that it has run.
  wrapped,
  /// It only sets something on the connection: nothing of it is left after a kill, and it is set
  /// again for what follows.
  setting,
  /// It refuses a transaction. Failing, or cut short, it leaves at most what `clear_remains`
  /// removes.
  alone,
  /// It may commit something before it fails.
  piecemeal,
  /// It opens a transaction of the author's own, and one that ends it.
  opens,
  closes,
};

/// What the catalogue says of a statement that was cut short.
enum class evidence { done, not_done, none };

}  // namespace retort::dialect

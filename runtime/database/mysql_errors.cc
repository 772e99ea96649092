// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/mysql_errors.h"

namespace zdm {
namespace {

struct NumberedKind {
  unsigned number;
  ErrorKind kind;
};

// 1000 and 2000 belong to server and client library of both; 3000 is MySQL's, 4000 MariaDB's or
// MySQL's.
constexpr NumberedKind kStatements[] = {
    {1205, ErrorKind::kLockTimeout},     // lock wait timeout, also MariaDB's NOWAIT
    {3572, ErrorKind::kLockTimeout},     // NOWAIT
    {1213, ErrorKind::kRetry},           // deadlock
    {1412, ErrorKind::kRetry},           // snapshot older than a DDL
    {1020, ErrorKind::kRetry},           // record changed since it was read
    {1614, ErrorKind::kRetry},           // a distributed transaction's deadlock
    {3058, ErrorKind::kRetry},           // deadlock of GET_LOCK
    {1053, ErrorKind::kConnectionLost},  // shutdown in progress
    {1158, ErrorKind::kConnectionLost},  // read error
    {1159, ErrorKind::kConnectionLost},  // read timeout
    {1160, ErrorKind::kConnectionLost},  // write error
    {1161, ErrorKind::kConnectionLost},  // write timeout
    {1927, ErrorKind::kConnectionLost},  // killed
    {3169, ErrorKind::kConnectionLost},  // killed
    {4031, ErrorKind::kConnectionLost},  // idle for too long
    {2000, ErrorKind::kConnectionLost},  // unknown to the client library
    {2006, ErrorKind::kConnectionLost},  // gone away
    {2012, ErrorKind::kConnectionLost},  // lost in the handshake
    {2013, ErrorKind::kConnectionLost},  // lost while asking
    {2014, ErrorKind::kConnectionLost},  // out of step
    {2026, ErrorKind::kConnectionLost},  // TLS broke
    {2027, ErrorKind::kConnectionLost},  // malformed packet
    {2055, ErrorKind::kConnectionLost},  // lost, with the place
    {5014, ErrorKind::kConnectionLost},  // the client library's own lost
    {1044, ErrorKind::kPermission},      // database
    {1095, ErrorKind::kPermission},      // not the owner of a thread
    {1142, ErrorKind::kPermission},      // table
    {1143, ErrorKind::kPermission},      // column
    {1227, ErrorKind::kPermission},      // a right of the whole server
    {1370, ErrorKind::kPermission},      // routine
    {1410, ErrorKind::kPermission},      // to grant
    {1419, ErrorKind::kPermission},      // triggers while the binary log is on
    {1021, ErrorKind::kDiskFull},        // disk full
    {1037, ErrorKind::kDiskFull},        // out of memory
    {1038, ErrorKind::kDiskFull},        // out of sort memory
    {1041, ErrorKind::kDiskFull},        // out of resources
    {1114, ErrorKind::kDiskFull},        // the table is full
    {1206, ErrorKind::kDiskFull},        // no room for more locks
    {1223, ErrorKind::kReadOnly},        // under FLUSH TABLES WITH READ LOCK
    {1036, ErrorKind::kReadOnly},        // a table that is read-only
    {1792, ErrorKind::kReadOnly},        // a transaction that is read-only
    {1836, ErrorKind::kReadOnly},        // the server is read-only
    {1317, ErrorKind::kCancelled},       // KILL QUERY
    {1028, ErrorKind::kCancelled},       // KILL QUERY during a sort
    {1968, ErrorKind::kCancelled},       // a limit of the statement
    {1969, ErrorKind::kCancelled},       // max_statement_time
    {3024, ErrorKind::kCancelled},       // max_execution_time
    {1526, ErrorKind::kData},            // no partition for the value
    {1364, ErrorKind::kData},            // no default for a column
    {1366, ErrorKind::kData},            // wrong value for a column
    {1411, ErrorKind::kData},            // wrong value for a function
    {1265, ErrorKind::kData},            // truncated
    {1138, ErrorKind::kData},            // NULL in a column that becomes NOT NULL
    {1557, ErrorKind::kData},            // foreign duplicate key
    {1690, ErrorKind::kData},            // out of range
    {1748, ErrorKind::kData},            // a row of another partition
    {3156, ErrorKind::kData},            // a JSON value that does not fit
    {3819, ErrorKind::kData},            // CHECK
    {4025, ErrorKind::kData},            // CHECK
};

constexpr NumberedKind kConnects[] = {
    {1044, ErrorKind::kPermission},
    {1049, ErrorKind::kNoSuchDatabase},
    {1045, ErrorKind::kAuthentication},
    {1130, ErrorKind::kAuthentication},  // this host may not connect
    {1251, ErrorKind::kAuthentication},  // an old way to log in
    {1275, ErrorKind::kAuthentication},
    {1524, ErrorKind::kAuthentication},  // a plugin that the server lacks
    {1698, ErrorKind::kAuthentication},
    {1820, ErrorKind::kAuthentication},  // the password has expired
    {1862, ErrorKind::kAuthentication},
    {3118, ErrorKind::kAuthentication},  // the account is locked
    {3159, ErrorKind::kAuthentication},  // only with TLS
    {4151, ErrorKind::kAuthentication},  // the account is locked
    {2026, ErrorKind::kAuthentication},  // TLS
    {2049, ErrorKind::kAuthentication},
    {2059, ErrorKind::kAuthentication},  // a plugin that the client lacks
    {2061, ErrorKind::kAuthentication},
};

template <std::size_t kCount>
const NumberedKind* Find(const NumberedKind (&kinds)[kCount], unsigned number) {
  for (const NumberedKind& kind : kinds) {
    if (kind.number == number) return &kind;
  }
  return nullptr;
}

}  // namespace

ErrorKind KindOfMysqlError(unsigned number, std::string_view sqlstate, std::string_view message) {
  if (const NumberedKind* known = Find(kStatements, number)) return known->kind;
  const bool option = number == 1290;  // an option of the server forbids it: which one?
  if (option && (message.find("read-only") != std::string_view::npos ||
                 message.find("read_only") != std::string_view::npos)) {
    return ErrorKind::kReadOnly;
  }
  // Said of an update of a join that was ended among the writes of others.
  if (number == 1105 && message.find("multi-table update") != std::string_view::npos) {
    return ErrorKind::kRetry;
  }
  const std::string_view group = sqlstate.substr(0, 2);
  if (group == "22" || group == "23") return ErrorKind::kData;
  if (group == "40") return ErrorKind::kRetry;
  if (group == "08") return ErrorKind::kConnectionLost;
  return ErrorKind::kOther;
}

ErrorKind KindOfMysqlConnectFailure(unsigned number, std::string_view sqlstate,
                                    std::string_view message) {
  if (const NumberedKind* known = Find(kConnects, number)) return known->kind;
  if (message.find("CERTIFICATE_VERIFY_FAILED") != std::string_view::npos ||
      message.find("certificate") != std::string_view::npos) {
    return ErrorKind::kAuthentication;
  }
  return sqlstate == "28000" ? ErrorKind::kAuthentication : ErrorKind::kUnreachable;
}

}  // namespace zdm

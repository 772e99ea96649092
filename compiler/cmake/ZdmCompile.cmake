# Migration plans as parts of a build.
#
#   zdm_compile(NAME
#     SCHEMA PATH...            .zdm files, or folders of them
#     SNAPSHOT FILE             what `zdmc snapshot PATH... -o FILE` wrote; committed beside them
#     [PLAN FILE]               default: NAME.plan.json in the binary directory
#     [EXPLAIN FORMAT...]       also NAME.sql, .markdown, .json, .html, .text beside the plan
#     [ALLOW CODE[:OBJECT]...]  hazards that are acknowledged for this build
#     [FORMAT text|github]      how findings are reported; github: annotations on GitHub Actions
#     [NOT_ALL])                not part of the default target
#
# The target NAME makes the plan when a file of the schema or the snapshot has changed, and fails
# with `zdmc compile`: exit 2 an error in the files, 4 something zdm parked is in the way, 5 a hazard
# that nobody allowed. It needs no database.
#
#   zdm_check_snapshot(NAME
#     SNAPSHOT FILE
#     [SCHEMA PATH...]          also asks whether all expressions of these files are judged in it
#     [DB URL])                 else ZDM_DATABASE_URL, DATABASE_URL, or the server's conventions
#
# The target NAME, never part of the default target, fails when the database is not what the snapshot
# says: exit 3 (what differs is printed), 4 while a plan is in flight, 12 without a database.

function(zdm_compile name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NOT_ALL" "SNAPSHOT;PLAN;FORMAT" "SCHEMA;EXPLAIN;ALLOW")
  _zdm_require(zdm_compile "${arg_UNPARSED_ARGUMENTS}" "${arg_SCHEMA}" SCHEMA)
  _zdm_require(zdm_compile "" "${arg_SNAPSHOT}" SNAPSHOT)
  if(NOT arg_PLAN)
    set(arg_PLAN ${name}.plan.json)
  endif()
  cmake_path(ABSOLUTE_PATH arg_PLAN BASE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  if(NOT arg_FORMAT)
    set(arg_FORMAT text)
  endif()

  set(files)
  foreach(path IN LISTS arg_SCHEMA)
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    if(IS_DIRECTORY ${path})
      file(GLOB_RECURSE below CONFIGURE_DEPENDS FOLLOW_SYMLINKS ${path}/*.zdm)
      list(APPEND files ${below})
    else()
      list(APPEND files ${path})
    endif()
  endforeach()
  # A file that goes changes the plan too: the list is a dependency.
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${name}.files)
  string(REPLACE ";" "\n" lines "${files}\n")
  file(CONFIGURE OUTPUT ${list} CONTENT "${lines}" @ONLY)

  set(allows)
  foreach(allow IN LISTS arg_ALLOW)
    list(APPEND allows --allow ${allow})
  endforeach()
  # Paths stay as given: they stand in the plan, which is the same on every machine.
  add_custom_command(
    OUTPUT ${arg_PLAN}
    COMMAND zdm::zdmc compile ${arg_SCHEMA} --catalog ${arg_SNAPSHOT} -o ${arg_PLAN} ${allows}
            --format ${arg_FORMAT}
    DEPENDS ${files} ${list} ${arg_SNAPSHOT} zdm::zdmc
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    COMMENT "Compiling migration plan ${name}"
    VERBATIM)

  set(outputs ${arg_PLAN})
  foreach(format IN LISTS arg_EXPLAIN)
    set(page ${CMAKE_CURRENT_BINARY_DIR}/${name}.${format})
    add_custom_command(
      OUTPUT ${page}
      COMMAND zdm::zdmc explain ${arg_PLAN} --format ${format} -o ${page}
      DEPENDS ${arg_PLAN} zdm::zdmc
      COMMENT "Explaining migration plan ${name} as ${format}"
      VERBATIM)
    list(APPEND outputs ${page})
  endforeach()

  set(all ALL)
  if(arg_NOT_ALL)
    set(all)
  endif()
  add_custom_target(${name} ${all} DEPENDS ${outputs})
  set_target_properties(${name} PROPERTIES ZDM_PLAN ${arg_PLAN})
endfunction()

function(zdm_check_snapshot name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SNAPSHOT;DB" "SCHEMA")
  _zdm_require(zdm_check_snapshot "${arg_UNPARSED_ARGUMENTS}" "${arg_SNAPSHOT}" SNAPSHOT)
  set(database)
  if(arg_DB)
    set(database --db ${arg_DB})
  endif()
  add_custom_target(${name}
    COMMAND zdm::zdmc snapshot ${arg_SCHEMA} --check ${arg_SNAPSHOT} ${database}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    COMMENT "Comparing ${arg_SNAPSHOT} with the database"
    VERBATIM)
endfunction()

function(_zdm_require function unparsed value keyword)
  if(unparsed)
    message(FATAL_ERROR "${function} does not know: ${unparsed}")
  endif()
  if(value STREQUAL "")
    message(FATAL_ERROR "${function} needs ${keyword}")
  endif()
endfunction()

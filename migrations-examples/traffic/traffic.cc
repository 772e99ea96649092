// SPDX-License-Identifier: Apache-2.0
// Plays an application: some clients that send the statements of a file until they are told to stop
// (SIGTERM, SIGINT), half of them prepared. Exits 1 when a statement failed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "migrations-examples/traffic/client.h"
#include "migrations-examples/traffic/recorder.h"

namespace zdm::traffic {
namespace {

std::atomic<bool> stop = false;

struct Options {
  std::string url, workload, out;
  int clients = 4;
  int pause_ms = 10;
  std::uint64_t seed = 1;
  bool watch = false;
};

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void PlayClient(const Options& options, const std::vector<Statement>& workload, int number,
                Recorder& recorder) {
  std::mt19937_64 random(options.seed * 1000 + static_cast<std::uint64_t>(number));
  std::uniform_int_distribution<std::size_t> pick(0, workload.size() - 1);
  std::unique_ptr<Client> client;
  while (!stop) {
    try {
      if (!client) client = ConnectClient(options.url, workload, number % 2 == 0);
      std::size_t index = pick(random);
      std::vector<std::string> values;
      for (const Parameter& parameter : workload[index].parameters) {
        values.push_back(RandomValue(parameter, random));
      }
      Clock::time_point start = Clock::now();
      std::string error = client->Run(index, values);
      recorder.Statement(MillisecondsSince(start), error);
      if (!client->alive()) client.reset();
    } catch (const std::runtime_error& error) {
      recorder.Statement(0, error.what());
      client.reset();
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(options.pause_ms));
  }
}

void Watch(const Options& options, Recorder& recorder) {
  std::vector<Statement> none;
  std::unique_ptr<Client> client = ConnectClient(options.url, none, false);
  while (!stop) {
    recorder.Wait(client->LongestWaitBehindZdm());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app{"Plays an application beside a migration."};
  app.add_option("--db", options.url, "connection URL")->required();
  app.add_option("--statements", options.workload, "one statement a line");
  app.add_option("--out", options.out, "where to write what was seen")->required();
  app.add_option("--clients", options.clients, "connections; every other one prepares");
  app.add_option("--pause", options.pause_ms, "milliseconds between two statements of a client");
  app.add_option("--seed", options.seed, "of the random values");
  app.add_flag("--watch", options.watch, "only look who waits behind zdm");
  CLI11_PARSE(app, argc, argv);

  std::signal(SIGTERM, [](int) { stop = true; });
  std::signal(SIGINT, [](int) { stop = true; });
  Recorder recorder(options.out);
  if (options.watch) {
    Watch(options, recorder);
    return 0;
  }
  std::vector<Statement> workload = ReadWorkload(options.workload);
  std::vector<std::jthread> threads;
  for (int number = 0; number < options.clients; ++number) {
    threads.emplace_back([&, number] { PlayClient(options, workload, number, recorder); });
  }
  threads.clear();
  return recorder.failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace zdm::traffic

int main(int argc, char** argv) {
  try {
    return zdm::traffic::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "zdm_traffic: " << error.what() << "\n";
    return 2;
  }
}

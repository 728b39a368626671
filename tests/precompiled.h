// What nearly every test includes, compiled once per build (CMake adds it; no file names it).
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/precompiled.h"

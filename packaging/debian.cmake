# The Debian package: all that is installed, and what belongs to the whole system.
install(FILES byocd.conf DESTINATION /etc/byoc COMPONENT debian EXCLUDE_FROM_ALL)

set(debian ${CMAKE_CURRENT_SOURCE_DIR}/debian)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR})
set(CPACK_PACKAGE_NAME byoc)
set(CPACK_PACKAGE_CONTACT "byoc <byoc@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "reconciler for machine-learning infrastructure on AWS")
set(CPACK_PACKAGE_DESCRIPTION "byoc keeps clusters, node groups and roles in your own AWS account as
manifests say: byocctl by hand, byocd from a watched directory.")
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)  # /etc is outside of the prefix
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_CMAKE_PROJECTS
  "${CMAKE_BINARY_DIR};byoc;Unspecified;/" "${CMAKE_BINARY_DIR};byoc;debian;/")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, libcurl4, systemd (>= 252)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "git")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
include(CPack)

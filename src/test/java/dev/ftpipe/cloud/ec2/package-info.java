/** A small Amazon in this process: what a launch asks of EC2, IAM, Systems Manager, prices. */
@NullMarked
package dev.ftpipe.cloud.ec2;

import org.jspecify.annotations.NullMarked;
